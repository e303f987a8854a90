# Sorting tuples: what decides is the first item that differs, however that is compared.
rows = [(True, 1, "b"), (False, 1.5, "a"), (True, 1.0, "a"), (False, 2**70, "c"), (False, 1.5), (False,), ()]
print(sorted(rows))
print(sorted(rows, reverse=True))
nan = float("nan")
print(sorted([(nan, 2), (nan, 1)]), sorted([(float("nan"), 2), (1.0, 1), (float("nan"), 0)]))
print(sorted([(1, (2, 3)), (1, (2, 1)), (1, ())]), sorted([("b", 1), ("a", 2), ("ab", 0)]))
print(sorted([(0, None), (1, None)]), sorted([(None, 2), (None, 1)]))


class Item:
    def __init__(self, n):
        self.n = n

    def __lt__(self, other):
        print("lt", self.n, other.n)
        return self.n < other.n

    def __eq__(self, other):
        print("eq", self.n, other.n)
        return self.n == other.n

    def __repr__(self):
        return f"Item({self.n})"


print(sorted([(1, Item(3)), (1, Item(1)), (0, Item(2))]))
for bad in ([(1, "a"), (1, 2)], [(1, None), (1, 2)]):
    try:
        sorted(bad)
    except TypeError as e:
        print(e)
