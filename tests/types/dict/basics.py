d = {"a": 1, "b": 2}
d["c"] = 3; d["a"] = 10
print(d, d["a"], d.get("z"), d.get("z", 0), "a" in d, len(d), list(d), list(d.items()), d.keys(), d.values(), list(reversed(d)))
del d["b"]
d["b"] = "again"
print(d, d.pop("a"), d.pop("q", None), d.popitem(), d.setdefault("n", []), d.setdefault("c"))
d.update({"u": 1}, v=2); d.update([("w", 3)]); d |= {"x": 4}
print(d, d | {"c": 0}, d == dict(d), d.copy() is d, dict.fromkeys("ab", 0), dict([(1, 2)], k=3), dict(zip("ab", [1, 2])))
d.clear()
print(d, {} == {}, {1: 1} == {1.0: True}, {True: "t", 1: "one"})
for f in (lambda: d["x"], lambda: d.pop("x"), lambda: d.popitem(), lambda: {[]: 1}, lambda: dict(5), lambda: dict([1]), lambda: dict([(1, 2, 3)]), lambda: d.update(5), lambda: {} < {}, lambda: d | 5, lambda: d[{}]):
    try:
        f()
    except Exception as e:
        print(type(e).__name__, e)
