# An attribute of the metaclass that becomes a data descriptor goes before the class's own.
class D:
    def __get__(self, o, t):
        return "of the metaclass"


class M(type):
    x = D()


class K(metaclass=M):
    x = "of the class"


def f():
    return K.x


print(f(), f(), f())
D.__set__ = lambda *a: None
print(f())
del D.__set__
print(f())
