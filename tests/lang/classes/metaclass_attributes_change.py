# Attributes of classes that instructions remember: what a metaclass or class gets later counts.


class Meta(type):
    @property
    def computed(cls):
        return "computed by the metaclass for " + cls.__name__


class A(metaclass=Meta):
    plain = "of the class"


class B(A):
    pass


def show(cls):
    return cls.plain, cls.computed, cls.__name__, cls.__mro__[-1].__name__, len(cls.__dict__) > 0


for _ in range(3):
    print(show(A), show(B))

B.plain = "of the subclass"
print(show(A)[0], show(B)[0])
Meta.plain = property(lambda cls: "a data descriptor of the metaclass comes first")
print(show(A)[0], show(B)[0])
del Meta.plain
print(show(A)[0], show(B)[0])
Meta.computed = "a plain attribute now"
print(show(A)[1])
A.computed = "the class comes before it"
print(show(A)[1], "|", show(B)[1])


class Hooked(Meta):
    def __getattribute__(cls, name):
        return "hooked " + name


class C(A, metaclass=Hooked):
    pass


print(show.__code__.co_argcount, C.plain, C.computed)
Meta.__getattribute__ = lambda cls, name: "hooked too"
print(A.plain)
del Meta.__getattribute__
print(A.plain)
