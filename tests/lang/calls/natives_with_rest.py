# Native functions that take `*args` in front of optional keywords, called without keywords.
import math

print(max(1, 2), min("b", "a", "c"), max([3, 1]))
print(range(3), range(1, 4), range(5, 0, -2), dict(), dict([(1, 2)]))
print(math.gcd(), math.gcd(12), math.gcd(12, 18, 27))
print("{} {}".format(1, 2), "{}".format("x"), "".format())
print({1}.union(), {1}.union([2], (3,)), set.union({1}, {2}))
print(list(zip()), list(zip("ab", [1, 2])), list(zip("ab", strict=True)))
print(1, 2, 3)

union = {1}.union
print(union({2}), union())


def spread(*args):
    return max(*args), "{}{}".format(*args)


print(spread(1, 2))
for call in (
    lambda: range(),
    lambda: range(1, 2, 3, 4),
    lambda: range(1, 2, 0),
    lambda: max(),
    lambda: min(1, None),
    lambda: dict(1),
    lambda: dict(1, 2),
    lambda: math.gcd("a"),
    lambda: set.union(),
    lambda: object(1),
    lambda: object.__new__(int),
):
    try:
        print(call())
    except (TypeError, ValueError) as e:
        print(type(e).__name__, e)
