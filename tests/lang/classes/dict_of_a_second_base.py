# Only the first of bases with the same layout decides whether there is a `__dict__` already.
class Plain:
    pass


class Slotted:
    __slots__ = ()


class Both(Slotted, Plain):
    __slots__ = ("x", "__dict__")


class Inherits(Slotted, Plain):
    __slots__ = ("x", "x")


class Other(Plain, Slotted):
    __slots__ = ("x",)


for c in Both, Inherits, Other:
    o = c()
    o.x = 1
    o.y = 2
    print(c.__base__.__name__, "__dict__" in vars(c), o.__dict__, o.x)
try:
    class Twice(Plain, Slotted):
        __slots__ = ("__dict__",)
except TypeError as e:
    print(e)
