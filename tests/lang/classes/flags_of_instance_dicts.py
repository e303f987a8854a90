class Plain:
    pass


class Slots:
    __slots__ = ()


class Sized(tuple):
    pass


for cls in Plain, Slots, Sized, int:
    print(cls.__name__, cls.__flags__ >> 4 & 1, cls.__flags__ >> 2 & 1)
