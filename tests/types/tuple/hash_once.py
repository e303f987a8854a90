# A tuple asks its items for their hashes once.
from collections import namedtuple


class Item:
    asked = 0

    def __hash__(self):
        Item.asked += 1
        return 12


class Failing:
    fails = True

    def __hash__(self):
        if Failing.fails:
            raise ValueError("not yet")
        return 7


def times(t):
    Item.asked = 0
    hashes = {hash(t), hash(t), t.__hash__()}
    {t: 1}[t]
    return len(hashes), Item.asked


class Derived(tuple):
    pass


class Other(tuple):
    def __hash__(self):
        return 5


Pair = namedtuple("Pair", "a b")
print("tuple", times((Item(), 1)))
print("nested", times(((Item(),), (2, Item()))))
print("derived", times(Derived([Item(), 1])))
print("namedtuple", times(Pair(Item(), 1)))
print("own", times(Other([Item(), 1])), hash(Other([1])))
print("equal", hash(Pair(1, 2)) == hash((1, 2)) == hash(Derived([1, 2])))

t = (Failing(),)
for _ in range(2):
    try:
        hash(t)
    except ValueError as e:
        print(e)
Failing.fails = False
print(hash(t) == hash((7,)))
print(hash(()), hash((1, 2)), hash((-1,)))
print((b"a", 1) == (b"a", 1), (b"a",) < (b"b",), b"ab" >= b"a", b"" != b"", (1,) < (1, 2))
