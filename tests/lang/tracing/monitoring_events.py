import sys

m = sys.monitoring
E = m.events
TOOL = 3
m.use_tool_id(TOOL, "test")
seen = []


def record(name, disable=False):
    def callback(code, *args):
        if name != "LINE":
            args = args[1:]
        args = [getattr(a, "__name__", type(a).__name__ if isinstance(a, BaseException) else a) for a in args]
        args = ["MISSING" if a is m.MISSING else a for a in args]
        if name == "LINE":
            args = [args[0] - code.co_firstlineno]
        seen.append((name, code.co_name, *args))
        return m.DISABLE if disable else None
    return callback


def watch(function, *names, local=False, disable=False):
    seen.clear()
    events = 0
    for n in names:
        m.register_callback(TOOL, getattr(E, n), record(n, disable))
        if n not in ("C_RETURN", "C_RAISE"):
            events |= getattr(E, n)
    if local:
        m.set_local_events(TOOL, function.__code__, events)
    else:
        m.set_events(TOOL, events)
    try:
        function()
    finally:
        if local:
            m.set_local_events(TOOL, function.__code__, 0)
        else:
            m.set_events(TOOL, 0)
        for n in names:
            m.register_callback(TOOL, getattr(E, n), None)
    print(*names)
    for s in seen:
        if s[1] != "watch":
            print("   ", *s)


def gen():
    yield 1
    yield 2


def starts():
    list(gen())


def lines():
    x = 1
    for i in range(2):
        x += i
    return x


def calls():
    len("abc")
    dict()
    try:
        int("x")
    except ValueError:
        pass
    lines()


def raises():
    def inner():
        raise KeyError
    try:
        inner()
    except KeyError:
        pass


watch(starts, "PY_START", "PY_RESUME", "PY_RETURN", "PY_YIELD")
watch(lines, "LINE")
watch(lines, "LINE", disable=True)
watch(lines, "LINE", disable=True)
m.restart_events()
watch(lines, "LINE", local=True)
watch(calls, "CALL", "C_RETURN", "C_RAISE")
watch(raises, "RAISE", "EXCEPTION_HANDLED", "PY_UNWIND")
m.free_tool_id(TOOL)
