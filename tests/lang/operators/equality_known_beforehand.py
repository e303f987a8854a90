# Equality that no method of a program has a say in, beside that in which one has.
from collections import namedtuple


class Plain:
    pass


class Eq:
    def __eq__(self, other):
        print("eq", end=" ")
        return True


class Ne:
    def __ne__(self, other):
        print("ne", end=" ")
        return "not equal"


class Sub(Plain):
    def __eq__(self, other):
        print("sub", end=" ")
        return False


Point = namedtuple("Point", "x y")


class Odd(Point):
    def __ne__(self, other):
        return "odd"


nan = float("nan")
values = [Plain(), Plain(), Eq(), Ne(), Sub(), (1, 2), (1, 2), (nan,), Point(1, 2), Odd(1, 2), nan, 1.0, 1, True, "a", b"a", Plain, None]
for a in values:
    for b in values:
        print(int(a == b), end="")
        if a == b:
            print("=", end="")
        print(a != b if isinstance(a != b, str) else int(a != b), end=" ")
        if a != b:
            pass
    print()

p = Plain()
print(p == p, p != p, p == Plain(), p in [Plain(), p], {p: 1}[p])
Plain.__eq__ = lambda self, other: "late"
print(p == p, p != p, (p == 3) is True)
if p == Plain():
    print("now equal")
del Plain.__eq__
if p != Plain():
    print("different again")
