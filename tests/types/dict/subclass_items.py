# Items of instances of dict subclasses, with inherited, own and missing methods.
from collections import Counter, OrderedDict, defaultdict


class Plain(dict):
    pass


class Missing(dict):
    def __missing__(self, key):
        return ("missing", key)


class Own(dict):
    def __getitem__(self, key):
        return ("own", key)

    def __setitem__(self, key, value):
        print("set", key, value)
        super().__setitem__(key, value)


p = Plain(a=1)
p["b"] = 2
p[(1, 2)] = 3
print(p["a"], p["b"], p[(1, 2)], p)
for key in "c", [1], (1, []):
    try:
        p[key]
    except (KeyError, TypeError) as e:
        print(type(e).__name__, e)
    try:
        p[key] = 1
        print("stored")
    except TypeError as e:
        print(type(e).__name__, e)

m = Missing(a=1)
print(m["a"], m["b"], m.get("b"), "b" in m)
try:
    m[[]]
except TypeError as e:
    print(e)

o = Own(a=1)
o["b"] = 2
print(o["a"], o["b"], dict.__getitem__(o, "b"), dict(o))

d = defaultdict(list)
d["x"].append(1)
d["x"].append(2)
d[1.5] += ["float"]
print(d["x"], d[1.5], len(d))
c = Counter("abracadabra")
c["z"] += 1
c["a"] -= 1
print(c["a"], c["q"], c["z"], sorted(c.items()))
od = OrderedDict(a=1)
od["b"] = 2
print(od["a"], od["b"], list(od))


# A method that a class gets later.
def late(self, key):
    return ("late", key)


print(p["a"])
Plain.__getitem__ = late
print(p["a"], p["none"])
del Plain.__getitem__
print(p["a"])
Plain.__setitem__ = lambda self, key, value: print("late set", key, value)
p["a"] = 5
del Plain.__setitem__
p["a"] = 6
print(p["a"])
