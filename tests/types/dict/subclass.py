class D(dict):
    def __missing__(self, key): return f"missing {key}"
d = D(a=1)
print(d["a"], d["z"], d.get("z"), "z" in d, d, type(d.copy()).__name__, d | {"x": 1})
class Counting(dict):
    def __setitem__(self, k, v): super().__setitem__(k, v * 2)
c = Counting(a=1)
c["b"] = 1
c.update(d=1)
print(c)
