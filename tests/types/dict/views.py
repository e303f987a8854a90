d = {"a": 1, "b": 2, "c": 3}
k, v, i = d.keys(), d.values(), d.items()
print(k & {"a", "z"}, sorted(k | {"z"}), sorted(k - {"a"}), sorted(k ^ {"a", "z"}), ("a", 1) in i, 2 in v, k == {"a", "b", "c"}, k.isdisjoint("xyz"), k <= {"a", "b", "c", "d"}, len(i))
d["d"] = 4
print(list(k), list(v), list(i), list(reversed(v)), k.mapping["a"])
print(repr(d.keys()), repr(d.items()), type(iter(d)).__name__, type(iter(d.items())).__name__)
