# Sets take no keyword arguments: the error names the builtin class. A frozenset's subclass that has
# an `__init__` may have them for that; a set's `__new__` is no such reason.


class Sub(set):
    pass


class Made(set):
    def __new__(cls, *args, **kwargs):
        return super().__new__(cls)


class Frozen(frozenset):
    pass


class Initialised(frozenset):
    def __init__(self, *args, **kwargs):
        print(sorted(self), args, kwargs)


for call in set, Sub, Sub().__init__, Made, frozenset, Frozen, Initialised:
    try:
        call([1], x=2)
    except TypeError as e:
        print(e)
    try:
        call([1], 2)
    except TypeError as e:
        print(e)
