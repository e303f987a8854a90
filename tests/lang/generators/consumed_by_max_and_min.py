# max and min of a generator expression: values, ties, errors and where these are raised.
import sys
import traceback


class Item:
    def __init__(self, n):
        self.n = n

    def __gt__(self, other):
        log.append((self.n, ">", other.n))
        return self.n > other.n

    def __lt__(self, other):
        log.append((self.n, "<", other.n))
        return self.n < other.n


log = []
print(max(x for x in [3, 1, 4]), min(x for x in [3, 1, 4]))
print(max(x for x in "hello"), min(x for x in "hello"), max(x for x in [1.5, 2]), min(x for x in [True, 0, 0.0]))
print(max(2**70 * x for x in (1, 3, 2)), min((x, -x) for x in (3, 1, 2)), max(x for x in [float("nan"), 1.0]))
print(max(Item(n) for n in (1, 3, 2)).n, log)
log.clear()
print(min(Item(n) for n in (1, 3, 2)).n, log)
a, b = Item(1), Item(1)
print(max(x for x in (a, b)) is a, min(x for x in (a, b)) is a)
print(max((x for x in [1, 5] if x > 9), default="none"), max((x for x in "ab"), key=ord), max(1, 2), max([7]))


def shown(f):
    try:
        f()
    except Exception as e:
        frames = traceback.extract_tb(e.__traceback__)
        print(type(e).__name__, e, [(f.name, f.line) for f in frames][1:])


def empty():
    return max(x for x in ())


def empty_min():
    return min(x for x in () if x)


def mixed():
    return max(x for x in [1, "a"])


def raises():
    return min(1 // x for x in [1, 0])


class Bad:
    def __lt__(self, other):
        raise KeyError("compared")


class Truth:
    def __gt__(self, other):
        return []


def compares():
    return min(Bad() for _ in range(2))


for f in (empty, empty_min, mixed, raises, compares):
    shown(f)
first = Truth()
print(max(x for x in (first, Truth())) is first)


def scopes(y):
    return max(x + y for x in (1, 2)), min(sys._getframe().f_code.co_name for _ in (1,))


print(scopes(10))


def shadowed(max):
    return max(x for x in (1, 2))


print(shadowed(list))
max = sorted
print(max(x for x in (2, 1)))
del max
print(max(x for x in (2, 1)))
print(max(max(y for y in (x, 2)) for x in (1, 3)), [min(z for z in (w,)) for w in "ab"])
