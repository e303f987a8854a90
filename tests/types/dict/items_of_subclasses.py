# Items of instances of classes over dict, with the methods of dict and their own.
from collections import Counter, OrderedDict, defaultdict


class Plain(dict):
    pass


class Missing(dict):
    def __missing__(self, key):
        return "no", key


class Own(dict):
    def __getitem__(self, key):
        return "own", key

    def __setitem__(self, key, value):
        print("set", key, value)


for key in (1, "a", (1, 2), 1.5, None):
    for cls in (dict, Plain, Missing, Own, Counter, OrderedDict, lambda: defaultdict(list)):
        d = cls()
        try:
            print(d[key], end=" ")
        except KeyError as e:
            print(repr(e), end=" ")
        d[key] = 5
        print(d[key], len(d))

p = Plain()
p[1,] = 2
print(p[1,])
Plain.__getitem__ = lambda self, key: "late"
print(p[1,])
Plain.__setitem__ = lambda self, key, value: print("late", key, value)
p[1,] = 3
del Plain.__getitem__, Plain.__setitem__
print(p[1,])
p[1,] = 4
print(p[1,])
try:
    p[[]]
except TypeError as e:
    print(e)
try:
    p[[]] = 1
except TypeError as e:
    print(e)
