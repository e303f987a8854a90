# Copies of dicts and sets that were filled, emptied and filled again in different ways.
def fill(n, gone=()):
    d = {}
    for i in range(n):
        d[i] = str(i)
    for i in gone:
        del d[i]
    return d


for n in [0, 1, 2, 4, 5, 6, 10, 11, 100]:
    for gone in [(), (0,), (n - 1,)]:
        if n == 0 and gone:
            continue
        d = fill(n, gone)
        copies = [d.copy(), dict(d), {**d}, d | {}, {} | d]
        empty = {}
        empty.update(d)
        copies.append(empty)
        for c in copies:
            c["new"] = 1
            del c["new"]
            assert c == d and list(c) == list(d) and len(c) == len(d), (n, gone)
            if c:
                key = next(iter(c))
                c[key] = "changed"
                assert d[key] != "changed"
                c.popitem()
                c[1000] = 1
        s = set(d)
        t = s.copy()
        t.add(-5)
        t.discard(0)
        assert -5 not in s and set(s) == set(d), (n, gone)
print("copies")

d = {}
d["a"] = 1
d["a"] = 2
print(d, len(d))
d.clear()
d[1.0] = "float"
d[1] = "int"
print(d, len(d))


class Key:
    def __init__(self, n):
        self.n = n

    def __hash__(self):
        return 1

    def __eq__(self, other):
        return self.n == other.n


d = {}
d[Key(1)] = "first"
d[Key(1)] = "second"
d[Key(2)] = "third"
print(list(d.values()))
try:
    {}[[]] = 1
except TypeError as e:
    print(e)
print({"a": 1, "b": 2, "a": 3}, {1: 1, True: 2, 1.0: 3})
print({f"k{i}": i for i in range(9)})


class C:
    def __init__(self, n):
        for i in range(n):
            setattr(self, f"a{i}", i)


for n in [0, 1, 3, 5, 6, 17, 40]:
    c = C(n)
    names = c.__dict__
    assert list(names) == [f"a{i}" for i in range(n)], n
    c.late = 1
    names["later"] = 2
    assert c.late == names["late"] and c.later == 2 and len(names) == n + 2
    del c.late
    assert not hasattr(c, "late") and "late" not in names
print("instances")
