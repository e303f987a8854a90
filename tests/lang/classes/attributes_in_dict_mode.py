# Attributes of instances whose `__dict__` was asked for, read again and again at one place.
class C:
    shared = "class"

    def __init__(self, a, b):
        self.a = a
        self.b = b

    def method(self):
        return "method"


def read(o):
    return o.a, o.b


def read_shared(o):
    return o.shared


def call(o):
    return o.method()


objects = [C(i, -i) for i in range(5)]
for o in objects:
    o.__dict__
print([read(o) for o in objects for _ in range(2)])

o = objects[0]
o.__dict__["a"] = "changed"
print(read(o))
del o.__dict__["a"]
try:
    read(o)
except AttributeError as e:
    print(e)
o.a = "last"
print(read(o), list(o.__dict__))
o.__dict__ = {"b": 1, "a": 2}
print(read(o))
o.__dict__.clear()
o.__dict__.update(b=3, a=4)
print(read(o))
for i in range(50):
    o.__dict__[i.__str__()] = i
print(read(o))


class Names(dict):
    pass


o.__dict__ = Names(a="names", b="too")
print(read(o))

print([read_shared(o) for o in objects])
objects[1].shared = "own"
print([read_shared(o) for o in objects])
del objects[1].shared
print([read_shared(o) for o in objects])

print([call(o) for o in objects])
objects[2].method = lambda: "own"
print([call(o) for o in objects])

C.a = "default"
print([read(o) for o in objects[:3]])
C.a = property(lambda self: "property")
print([read(o) for o in objects[:3]])
del C.a
print([read(o) for o in objects[:3]])
C.a = property(None, lambda self, v: None)
try:
    read(objects[1])
except AttributeError as e:
    print(e)
del C.a
print(read(objects[1]))


class Base:
    pass


class Derived(Base):
    pass


def x(o):
    return o.x


d = Derived()
d.__dict__["x"] = 1
print(x(d), x(d))
Base.x = property(lambda self: "of the base")
print(x(d))
del Base.x
print(x(d))


class Slots:
    __slots__ = ("s", "__dict__")


s = Slots()
s.s = 1
s.x = 2
s.__dict__
print(x(s), x(s), s.s)


class Text(str):
    pass


t = Text("text")
t.x = 3
t.__dict__
print(x(t), x(t))


def has(o):
    return [hasattr(o, n) for n in ["a", "method", "shared", "missing", "__dict__", "__class__"]]


print(has(objects[1]), has(C), has(1), has(objects[1].method))


class Refuses:
    plain = 1

    @property
    def fails(self):
        raise AttributeError("no")

    @property
    def breaks(self):
        raise ValueError("broken")

    def __getattribute__(self, name):
        if name == "hidden":
            raise AttributeError(name)
        return object.__getattribute__(self, name)

    def hidden(self):
        pass


r = Refuses()
print(hasattr(r, "plain"), hasattr(r, "fails"), hasattr(r, "hidden"), hasattr(r, "missing"))
try:
    hasattr(r, "breaks")
except ValueError as e:
    print(e)
