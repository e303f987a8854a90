import sys

events = []


def profiler(frame, event, arg):
    line = frame.f_lineno - frame.f_code.co_firstlineno
    arg = getattr(arg, "__qualname__", arg)
    events.append((frame.f_code.co_name, line, event, arg))


def gen():
    yield 1
    raise KeyError


class C:
    def __init__(self):
        self.x = [3, 1]
        self.x.sort()

    def __len__(self):
        return 2


def run():
    c = C()
    len(c)
    max(1, 2, key=abs)
    g = gen()
    next(g)
    try:
        next(g)
    except KeyError:
        pass
    try:
        int.from_bytes()
    except TypeError:
        pass
    "a".join(*[["b"]])
    (lambda *a, **k: 1)(1, b=2)


sys.setprofile(profiler)
run()
sys.setprofile(None)
for e in events:
    print(*e)
