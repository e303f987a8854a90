# Lines of loops: one event a turn for the head, one for the body; `break` and `continue` have lines.
# Tools of sys.monitoring hear of a line again only after another one.
import sys


def f():
    for x in [1, 2]: pass
    for a, b in [(1, 2), (3, 4)]: pass
    for a, b in zip([1, 2], [3, 4]):
        if a == 1:
            continue
        c = a
    for i, x in enumerate("ab"):
        for a, b in [(1, 2)]:
            c = a
    n = 2
    while n: n -= 1
    n = 2
    while n > 0:
        n -= 1
        if n == 1:
            continue
    for a, b in {1: 2, 3: 4}.items():
        pass
    else:
        c = 1
    d = {k: v for k, v in [(1, 2), (3, 4)]}
    for a, b in [(1, 2)]:
        for c in (1, 2):
            if c: break
        while True:
            break


def trace(frame, event, arg):
    if event == "line" and frame.f_code is f.__code__:
        print(frame.f_lineno - f.__code__.co_firstlineno, end=" ")
    return trace


sys.settrace(trace)
f()
sys.settrace(None)
print()

monitoring = sys.monitoring
monitoring.use_tool_id(1, "lines")
monitoring.register_callback(
    1,
    monitoring.events.LINE,
    lambda code, line: print(line - code.co_firstlineno, end=" "),
)
monitoring.set_local_events(1, f.__code__, monitoring.events.LINE)
f()
print()
