# Dicts and sets find tuples that are equal, but not the same objects, without asking methods where
# none can tell otherwise, and ask those that can.
from collections import namedtuple

Point = namedtuple("Point", "x y")
Line = namedtuple("Line", "start end")


def fresh(text):
    return "".join(list(text))


d = {}
d[(1, fresh("abc"), (2.5, None))] = "plain"
d[Line(Point(1, 2), Point(3, fresh("xy")))] = "named"
d[(b"ab", bytes([1, 2]))] = "bytes"
print(d[(1, fresh("abc"), (2.5, None))])
print(d[Line(Point(1, 2), Point(3, fresh("xy")))])
print(d[((1, 2), (3, fresh("xy")))])
print(d[(bytes(b"ab"), b"\1\2")])
print((1, "abd", (2.5, None)) in d, (1, "abc", (2.5, False)) in d)

# Numbers of several types.
d = {(0.0, 1): "zero", (1 << 70, True): "big"}
print(d[(-0.0, 1.0)], d[(0, True)], d[(float(1 << 70), 1)])
nan = float("nan")
d[(nan,)] = "nan"
print(d[(nan,)], (float("-nan"),) in d)

# Deep ones.
def nested(n):
    t = ("end", 1.5)
    for i in range(n):
        t = (i, t)
    return t


deep = {nested(n): n for n in range(60)}
print([deep[nested(n)] for n in range(60)] == list(range(60)))


# Methods are asked, in order, and may raise.
class Loud:
    def __init__(self, name, h=7):
        self.name = name
        self.h = h

    def __hash__(self):
        return self.h

    def __eq__(self, other):
        print("eq", self.name, getattr(other, "name", other))
        if self.name == "bad":
            raise ValueError("bad")
        return self.name == getattr(other, "name", other)


a, b, c = Loud("a"), Loud("a"), Loud("c")
d = {(1, a): 1}
print(d[(1, a)])
print(d[(1, b)])
print(d.get((1, c)))
print(d.get((2, b)))
d = {(Loud("bad"), 1): 1}
try:
    d[(Loud("other"), 1)]
except ValueError as e:
    print(e)


# A subclass with its own __eq__.
class Never(tuple):
    __hash__ = tuple.__hash__

    def __eq__(self, other):
        print("never")
        return False


d = {Never((1, 2)): 1}
print((1, 2) in d, Never((1, 2)) in d)
d = {(1, 2): 1}
print(Never((1, 2)) in d, ((1, 2), 3) in {(Never((1, 2)), 3): 1})


# A str in a tuple that is none.
class Text(str):
    __hash__ = str.__hash__

    def __eq__(self, other):
        print("text")
        return True


print((Text("a"), 1) in {("a", 1): 1}, ("a", 1) in {("a", 1): 1})

# A named tuple that gets __eq__ later.
d = {Point(1, "p"): 1}
print(Point(1, fresh("p")) in d)
Point.__eq__ = lambda self, other: print("late") or True
print(Point(1, fresh("p")) in d)
del Point.__eq__
print(Point(1, fresh("p")) in d)

# Tuples of different lengths: their items are compared first.
print((1, a) == (1, b, 3), (1, 2) == (1, 2, 3), () == (1,), (1, 2, 3) != (1, 2))
