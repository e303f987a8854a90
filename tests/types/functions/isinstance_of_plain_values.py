# isinstance() of numbers, texts and containers, with classes, abstract ones, proxies and metaclasses.
from collections.abc import Hashable, Mapping, Sequence

values = [None, True, 5, 1 << 80, 1.5, 1e300, 2j, "a", b"a", bytearray(), (), [], {}, set(), frozenset(), ...]
types = [object, int, bool, float, complex, str, bytes, bytearray, tuple, list, dict, set, frozenset, type(None), type]
for v in values:
    print(repr(v), [t.__name__ for t in types if isinstance(v, t)], isinstance(v, (str, int)))
    print(isinstance(v, Hashable), isinstance(v, Sequence), isinstance(v, Mapping), isinstance(v, int | str))


class Sub(int):
    pass


class Pretends:
    __class__ = int


class Meta(type):
    def __instancecheck__(cls, v):
        print("check", v)
        return True


class Checked(metaclass=Meta):
    pass


print(isinstance(Sub(), int), isinstance(5, Sub), isinstance(Pretends(), int), isinstance(Pretends(), str))
print(isinstance(5, Checked), isinstance("a", (bytes, Checked)))
print(isinstance(list[int], type), isinstance(list[int], list), isinstance(int, type))
for bad in 5, (str, 5), "int":
    try:
        print(isinstance(5, bad))
    except TypeError as e:
        print(e)
