# Fields of named tuples read by one instruction: of several classes, with wrong instances and lengths.
from collections import namedtuple
from typing import NamedTuple

P = namedtuple("P", "x y")
Q = namedtuple("Q", "y x")


class R(NamedTuple):
    x: int
    y: str = "default"


class S(P):
    @property
    def x(self):
        return "property"


class T(P):
    pass


def x_of(v):
    return v.x


def call_x(v):
    return v.x()


t = T(7, 8)
t.z = 9
print([x_of(v) for v in (P(1, 2), P(3, 4), Q(1, 2), R(5), S(1, 2), t, T(0, 1), P(6, 6))])
print([call_x(v) for v in (P(lambda: "called", 0), P(lambda: "again", 1))])
short = tuple.__new__(P, ())
for i in range(2):
    try:
        x_of(short)
    except IndexError as e:
        print(e)
print(x_of(tuple.__new__(P, (1, 2, 3))))
try:
    P(1, 2).x = 3
except AttributeError as e:
    print(e)
try:
    t.x = 3
except AttributeError as e:
    print(e)
t.__dict__["x"] = "hidden"
print(x_of(t), x_of(P(1, 2)._replace(x=5)))


class Holder:
    x = P.__dict__["x"]


for i in range(2):
    try:
        x_of(Holder())
    except TypeError as e:
        print(e)
old = P.x
P.x = 5
print(x_of(P(1, 2)), x_of(T(1, 2)))
P.x = old
print(x_of(P(1, 2)), x_of(T(1, 2)), P._make([1, 2]), T._make("ab"), P(1, 2)._make("cd"))
