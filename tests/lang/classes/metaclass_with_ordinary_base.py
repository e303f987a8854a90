class Base:
    pass


class Meta(Base, type):
    pass


class C(metaclass=Meta):
    x = 1


print(type(C.__dict__).__name__, C.__dict__["x"])
try:
    C.__dict__["y"] = 2
except TypeError as e:
    print(e)


class Module(Base, type(__builtins__)):
    pass


m = Module("m")
m.__dict__["x"] = 1
print(m.x)
try:
    m.__dict__ = {}
except AttributeError as e:
    print("no")
