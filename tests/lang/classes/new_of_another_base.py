# `__new__` of a base that does not make such objects: the error names the class that does.


class Plain(int):
    pass


class Made(int):
    def __new__(cls):
        return object.__new__(cls)


class Below(Made):
    pass


class Native(Made):
    __new__ = int.__new__


for cls in int, Plain, Made, Below, Native:
    for new in object.__new__, dict.__new__:
        try:
            new(cls)
        except TypeError as e:
            print(e)
