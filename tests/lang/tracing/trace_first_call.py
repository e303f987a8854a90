# A function's first call has the same events as later ones.
import sys
import textwrap

events = []


def tracer(frame, event, arg):
    events.append((frame.f_code.co_name, event, frame.f_lineno - frame.f_code.co_firstlineno))
    return tracer


def inner(n):
    return n + 1


def outer(n):
    return inner(n)


for _ in range(2):
    events.clear()
    sys.settrace(tracer)
    outer(1)
    sys.settrace(None)
    print(events)

# A frame that raises in its first call, deep in the library.
try:
    textwrap.shorten(None, 5)
except AttributeError as e:
    tb = e.__traceback__
    while tb.tb_next:
        tb = tb.tb_next
    print(tb.tb_frame.f_code.co_name, type(e).__name__)
