# Subscripts that call Python methods do not recurse natively, drop what `__setitem__` returns, and show in
# tracebacks.
import sys
import traceback


class Grid:
    def __init__(self):
        self.cells = {}

    def __getitem__(self, key):
        if key == "fail":
            raise KeyError("no such cell")
        return self.cells.get(key, 0)

    def __setitem__(self, key, value):
        if value is None:
            raise ValueError(f"nothing for {key!r}")
        self.cells[key] = value
        return "dropped"


g = Grid()
for i in range(3):
    g[i, i] = i
    g[i, i] += 10
print(g[0, 0], g[1, 1], g[2, 2], g[7])


def failing(f):
    try:
        f()
    except Exception as e:
        print([t.name for t in traceback.extract_tb(e.__traceback__)], repr(e))


def read():
    return g["fail"]


def write():
    g["x"] = None


failing(read)
failing(write)


class Deep:
    def __getitem__(self, n):
        return n if n == 0 else 1 + self[n - 1]

    def __setitem__(self, n, value):
        if n:
            self[n - 1] = value
        else:
            raise RuntimeError("at the bottom")


print(Deep()[500])
failing(lambda: Deep().__setitem__(3, 1))
try:
    Deep()[10**6]
except RecursionError as e:
    print("RecursionError", str(e)[:32])


class Generating:
    def __getitem__(self, n):
        yield n
        yield n + 1

    def __setitem__(self, n, value):
        print("never runs")
        yield


x = Generating()
print(list(x[5]))
x[5] = 6


class Wrong:
    def __getitem__(self):
        pass

    __setitem__ = None


for f in (lambda: Wrong()[1], lambda: Wrong().__setitem__(1, 2), lambda: exec("Wrong()[1] = 2", globals())):
    try:
        f()
    except TypeError as e:
        print(e)


class More:
    def __getitem__(self, key, extra=5):
        return key, extra

    def __setitem__(self, *args):
        print("set", args[1:])


print(More()[1])
More()[1] = 2


class List(list):
    def __getitem__(self, i):
        return super().__getitem__(i) * 2

    def __setitem__(self, i, v):
        super().__setitem__(i, v + 1)


l = List([1, 2, 3])
l[0] = 5
print(l[0], l[-1], l[0:2], list(l))

events = []


def tracer(frame, event, arg):
    if frame.f_code.co_name in ("__getitem__", "__setitem__", "traced"):
        events.append((frame.f_code.co_name, event))
    return tracer


def traced():
    g[1] = 2
    return g[1]


sys.settrace(tracer)
traced()
sys.settrace(None)
print([e for e in events if e[1] != "line"])
