# `*args` and `**kwargs` with too few, enough and too many positional arguments and defaults.
import gc


def rest(*args):
    return args


def one_and_rest(a, *args):
    return a, args


def defaults_and_rest(a, b=2, c=3, *args):
    local = "x"
    return a, b, c, args, local


def both(a, b=2, *args, **kwargs):
    return a, b, args, kwargs


def only_names(a, b=2, **kwargs):
    return a, b, kwargs


def keyword_only(a, *args, k=5):
    return a, args, k


class C:
    def __init__(self, a, *args, **kwargs):
        self.all = a, args, kwargs

    def method(self, *args, **kwargs):
        return args, kwargs

    @classmethod
    def made(cls, *args):
        return cls(0, *args).all


def show(f, *args, **kwargs):
    try:
        print(f.__name__, f(*args, **kwargs))
    except TypeError as e:
        print(f.__name__, e)


for f in [rest, one_and_rest, defaults_and_rest, both, only_names, keyword_only]:
    for n in range(6):
        show(f, *range(n))
    show(f, 1, k=7)
print(rest(), rest(1), rest(1, 2), defaults_and_rest(1), defaults_and_rest(1, 9, 8, 7))
print(both(1), both(1, 3), both(1, 3, 4), both(1, x=1), both(*[1, 2, 3], **{"y": 2}))
print(C(1).all, C(1, 2).all, C(1, 2, x=3).all, C(*(1, 2)).all)
c = C(1)
print(c.method(), c.method(1), c.method(1, x=2), C.made(), C.made(1, 2))
kept = [one_and_rest([i], [i + 1], [i + 2]) for i in range(1000)]
gc.collect()
print(all(k == ([i], ([i + 1], [i + 2])) for i, k in enumerate(kept)))
a, b = only_names(1)[2], only_names(1)[2]
print(a is not b)
try:
    C()
except TypeError as e:
    print(e)
try:
    one_and_rest()
except TypeError as e:
    print(e)
