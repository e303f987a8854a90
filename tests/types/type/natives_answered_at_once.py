# len, isinstance and id where handlers know the answer, and where they have to ask.
import abc


class Sized:
    def __len__(self):
        return 7


class Wrong:
    def __len__(self):
        return "x"


for x in ([1], (), {1: 2}, {1, 2}, frozenset([3]), "äb", b"abc", range(10), bytearray(b"xy"), {}.keys(), Sized(), Wrong(), 5):
    try:
        print(type(x).__name__, len(x))
    except TypeError as e:
        print(e)


class Meta(type):
    def __instancecheck__(cls, x):
        return x == 1


class M(metaclass=Meta):
    pass


class Proxy:
    @property
    def __class__(self):
        return dict


class Abstract(abc.ABC):
    pass


Abstract.register(int)
for x in (1, True, 1.5, "a", None, [], M(), Proxy(), Sized(), int):
    print([isinstance(x, c) for c in (int, (int, str), (str, (float, list)), M, dict, object, Abstract, int | None, type)])
try:
    isinstance(1, 5)
except TypeError as e:
    print(e)


class Base:
    pass


class Late(Base):
    pass


late = Late()
print(isinstance(late, dict))
Late.__bases__ = (Proxy,)
print(isinstance(late, dict))
Late.__bases__ = (Sized,)
print(isinstance(late, dict), isinstance(late, Sized), len(late))

x, y = object(), 1.5
print(id(x) == id(x), id(y) == id(y), id(None) == id(None), id(3) == id(3), id(x) != id(object()))
for f, args in ((len, ()), (len, (1, 2)), (isinstance, (1,)), (id, ())):
    try:
        f(*args)
    except TypeError as e:
        print(e)
