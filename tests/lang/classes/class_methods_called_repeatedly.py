# Class methods called by one instruction again and again: through classes, subclasses, instances, and
# after the class, the method, or what the method wraps changed.
class A:
    tag = "A"

    @classmethod
    def make(cls, n=0):
        return cls.tag, n


class B(A):
    tag = "B"


class C(A):
    tag = "C"

    @classmethod
    def make(cls, n=0):
        return "own", super().make(n)


def call(x, n):
    return x.make(n)


def show(*objects):
    print([call(x, i) for i, x in enumerate(objects)])


show(A, A, A, B, B, A, A(), A(), B(), B(), C, C(), C())

# An attribute of the instance comes first.
a = A()
show(a, a)
a.make = lambda n: ("instance", n)
show(a, A(), a)
del a.make
show(a, a)

# The class changes.
old = A.make
A.make = classmethod(lambda cls, n: ("new", cls.__name__, n))
show(A, B, A(), B(), C())
A.make = staticmethod(lambda n: ("static", n))
show(A, B, A(), B())
A.make = lambda *args: ("plain", len(args))
show(A, A())
A.__dict__
A.make = old
show(A, A(), B())
B.make = classmethod(lambda cls, n: ("B's", n))
show(A, B, A(), B())
del B.make
show(A, B, A(), B())
a = A()
show(a, a)
a.__class__ = B
show(a, a)

# The classmethod object changes.
cm = classmethod(lambda cls, n: ("first", n))


class D:
    make = cm


show(D, D, D(), D())
cm.__init__(lambda cls, n: ("second", n))
show(D, D, D(), D())
cm.__init__(len)
try:
    show(D)
except TypeError as e:
    print(e)


# What a metaclass has.
class Meta(type):
    def make(cls, n):
        return "meta", cls.__name__, n


class E(metaclass=Meta):
    pass


class F(metaclass=Meta):
    @classmethod
    def make(cls, n):
        return "class", n


show(E, E, F, F, F())


# Subclasses of classmethod bind as they like.
class Odd(classmethod):
    def __get__(self, instance, owner=None):
        return lambda n: ("odd", instance is None, n)


class G:
    make = Odd(lambda cls, n: n)


show(G, G, G(), G())
print(A.make, A().make.__self__)
try:
    A.make(1, 2, 3)
except TypeError as e:
    print(e)
