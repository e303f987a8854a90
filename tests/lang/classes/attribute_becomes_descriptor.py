# A class attribute whose own class becomes a descriptor class is asked from then on, also where it
# was read before.


class Value:
    pass


class Owner:
    shared = Value()


def of_instance(o):
    return o.shared


def of_class():
    return Owner.shared


o = Owner()
for _ in range(3):
    of_instance(o), of_class()
print(type(of_instance(o)).__name__, type(of_class()).__name__)
Value.__get__ = lambda self, obj, cls: ("got", obj is o, cls.__name__)
print(of_instance(o), of_class())
del Value.__get__
print(type(of_instance(o)).__name__, type(of_class()).__name__)


class Slotted:
    def __init__(self):
        object.__setattr__(self, "x", 1)


def read(s):
    return s.x


s = Slotted()
for _ in range(3):
    read(s)
Slotted.x = property(lambda self: "property")
print(read(s))
del Slotted.x
print(read(s))


class Base:
    kind = "base"


class Derived(Base):
    pass


d = Derived()


def kind():
    return d.kind, Derived.kind


for _ in range(3):
    kind()
Base.kind = "changed"
print(kind())
Derived.kind = "own"
print(kind())
del Derived.kind
print(kind())
