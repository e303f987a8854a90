# What a class statement leaves in the namespace, and in which order.
import weakref


class A:
    pass


class E(Exception):
    pass


class S(str):
    pass


for made in A, E, S:
    print(list(vars(made)))
A.__annotations__
print(list(vars(A)))
for value in ValueError(), E(), ExceptionGroup("g", [E()]):
    try:
        print(weakref.ref(value)() is value)
    except TypeError as error:
        print(error)
for name in "__lt__", "__ge__", "__ne__":
    print([t.__name__ for t in (dict, range, type(None), memoryview, type(len), object) if name in vars(t)])
