t = (1, "a", 1)
print(t, (), (1,), t[0], t[-1], t[1:], t + (2,), t * 2, t.count(1), t.index("a"), 1 in t, len(t), hash(t) == hash((1, "a", 1)), tuple("ab"), tuple([1]))
print((1, 2) < (1, 3), (1,) < (1, 2), (1, 2) == (1, 2.0), (1, 2) == [1, 2], sorted([(2, 1), (1, 2)]))
for f in (lambda: t.index(9), lambda: t[5], lambda: t + [1], lambda: hash(([],)), lambda: t.__setitem__, lambda: t < 1, lambda: tuple(5)):
    try:
        f()
    except Exception as e:
        print(type(e).__name__, e)
class T(tuple):
    def __new__(cls, *a): return super().__new__(cls, a)
print(T(1, 2), T(1) + (2,), type(T(1)[:]).__name__)
