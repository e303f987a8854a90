# `f(*args, **kwargs)` of bound methods and of classes with a Python `__init__`.
import sys
import traceback


class Point:
    def __init__(self, x, y=2, *rest, z=3, **more):
        self.values = (x, y, rest, z, more)

    def method(self, a, b="b", *rest, **more):
        return a, b, rest, more

    def fails(self, a):
        raise ValueError(a)


args = (1,)
print(Point(*args).values, Point(*args, **{"z": 5, "w": 6}).values, Point(*[1, 2, 3, 4]).values)
p = Point(*range(3), **{"y2": 1})
m = p.method
print(m(*args), m(*[1, 2, 3], **{"k": 4}), p.method(*args, **{"b": 5}), m(*(), **{"a": 1}))


class Bad:
    def __init__(self, *args):
        return args


class Counting:
    def __init__(self, *args):
        yield 1


class Deep:
    def __init__(self, n):
        self.inner = Deep(*(n - 1,)) if n else None


def attempt(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e, [t.name for t in traceback.extract_tb(e.__traceback__)])


attempt(lambda: Bad(*args))
attempt(lambda: Counting(*args))
attempt(lambda: Point(*()))
attempt(lambda: m(*()))
attempt(lambda: m(*args, **{"a": 2}))
attempt(lambda: p.fails(*("why",)))
attempt(lambda: Deep(*(5,)).inner.inner.inner.inner.inner.inner)
limit = sys.getrecursionlimit()
sys.setrecursionlimit(300)
try:
    Deep(*(100000,))
except RecursionError as e:
    print("RecursionError", e)
sys.setrecursionlimit(limit)
