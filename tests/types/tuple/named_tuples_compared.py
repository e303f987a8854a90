# Comparison of tuples with tuples of subclasses, which may have methods of their own.
from collections import namedtuple

P = namedtuple("P", "x y")
Q = namedtuple("Q", "a b")
print(P(1, 2) == P(1, 2), P(1, 2) == Q(1, 2), P(1, 2) == (1, 2), (1, 2) == P(1, 2), P(1, 2) != (1, 3))
print(P(1, 2) < P(1, 3), P(2, 0) > (1, 9), (1, 2) <= P(1, 2), P(1, 2) >= Q(1, 3))
d = {P(1, 2): "p"}
print(d[1, 2], d[Q(1, 2)], P(1, 3) in d, {P(1, P(2, 3)): 1}[1, (2, 3)])


class Odd(tuple):
    def __eq__(self, other):
        print("eq", tuple.__repr__(self), tuple.__repr__(other))
        return "odd"

    def __gt__(self, other):
        print("gt")
        return tuple.__gt__(self, other)

    __hash__ = tuple.__hash__


print(Odd((1,)) == (1,), (1,) == Odd((1,)), P(1, 2) == Odd((1, 2)), Odd((1,)) != (1,))
print((1,) < Odd((2,)), Odd((3,)) > P(1, 2), Odd((1,)) < (2,))
try:
    P(1, 2) < P("a", 2)
except TypeError as e:
    print(e)
print(P(1, 2) == [1, 2], P(1, 2).__eq__(5))
print({1, 2} <= frozenset({1, 2, 3}), frozenset({1}) == {1}, {1} != {2}, {3} < {3, 4}, {1} > {2}, {1} == [1])
try:
    {1} < [1]
except TypeError as e:
    print(e)
