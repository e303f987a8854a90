# A method that is loaded is bound anew each time, whatever was found there before.
class A:
    def f(self):
        return self.name, "f"


class B(A):
    pass


def load(x):
    return x.f


a, b = A(), B()
a.name, b.name = "a", "b"
for x in (a, b, a, b):
    f = load(x)
    print(f(), f.__self__ is x, f == load(x), f is load(x))

A.f = lambda self: (self.name, "lambda")
print(load(a)(), load(b)())
b.f = lambda: "own"
print(load(a)(), load(b)())
A.f = staticmethod(lambda: "static")
print(load(a)(), load(A())())
A.f = 5
print(load(a))


def append(x):
    return x.append


class L(list):
    pass


for x in ([], L(), [], bytearray()):
    add = append(x)
    add(1)
    print(x, add.__self__ is x, add.__name__, type(add).__name__)

L.append = lambda self, v: self.extend([v, v])
x = L()
append(x)(1)
print(x)
print(type([].__len__), [1, 2].__len__())


class Foreign:
    append = list.append


try:
    append(Foreign())
except TypeError as e:
    print(e)
