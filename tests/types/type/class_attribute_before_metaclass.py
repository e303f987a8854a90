# What a metaclass has and is no data descriptor comes behind what the class has, also where it was looked up before.
class Meta(type):
    def describe(cls):
        return "meta"


class A(metaclass=Meta):
    def __init__(self):
        self.made = "A"

    def describe(self):
        return "class"


class B(metaclass=Meta):
    pass


def load(cls):
    return cls.describe


def new(cls):
    return cls.__new__, cls.__init__


for _ in range(3):
    print(load(A)(None), load(B)())
    print([f.__qualname__ for f in new(A)], [f.__qualname__ for f in new(B)])

Meta.describe = property(lambda cls: lambda *args: "property")
print(load(A)(None), load(B)())
del Meta.describe
print(load(A)(None))
del A.describe
try:
    load(A)
except AttributeError as e:
    print(e)


class C(A):
    def __init__(self):
        A.__init__(self)
        self.made += "C"


print([C().made for _ in range(3)])
A.__init__ = lambda self: setattr(self, "made", "new")
print(C().made)
