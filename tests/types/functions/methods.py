class C:
    def f(self, x): return self, x
c = C()
m = c.f
print(m.__self__ is c, m.__func__ is C.f, m == c.f, m is c.f, hash(m) == hash(c.f), m(5)[1], m.__name__, repr(C.f).split(" at ")[0], repr(m).split(" object at ")[0])
print(len.__name__, [].append.__name__, type(len).__name__, type([].append).__name__, type(list.append).__name__, type(list.__add__).__name__, type([].__add__).__name__, list.append, len, str.join)
try:
    m.x = 1
except AttributeError as e:
    print(e)
for f in (lambda: list.append(5, 1), lambda: list.append(), lambda: str.join(1, 2), lambda: int.__add__("a", 1), lambda: dict.fromkeys()):
    try:
        f()
    except TypeError as e:
        print(e)
