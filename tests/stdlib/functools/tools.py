from functools import reduce, partial, lru_cache, cache, wraps, cmp_to_key, total_ordering, singledispatch, cached_property
print(reduce(lambda a, b: a + b, [1, 2, 3], 10), partial(int, base=2)("101"), partial(print, 1, sep="-").args)
@lru_cache(maxsize=2)
def f(x):
    print("computing", x)
    return x * 2
print(f(1), f(1), f(2), f(3), f(1), f.cache_info())
@wraps(f)
def g(): pass
print(g.__name__, sorted([3, 1, 2], key=cmp_to_key(lambda a, b: b - a)))
@total_ordering
class T:
    def __init__(self, v): self.v = v
    def __eq__(self, o): return self.v == o.v
    def __lt__(self, o): return self.v < o.v
print(T(1) <= T(1), T(2) > T(1))
@singledispatch
def show(x): return "object"
@show.register
def _(x: int): return "int"
print(show(1), show("s"))
class C:
    @cached_property
    def p(self):
        print("once")
        return 5
c = C()
print(c.p, c.p)
