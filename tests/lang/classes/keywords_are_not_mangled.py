# Names of keyword arguments stay as they are inside a class; names of parameters are mangled.
def show(*args, **kwargs):
    print(args, kwargs)


class Meta(type):
    def __new__(meta, name, bases, namespace, **kwargs):
        print(name, kwargs)
        return super().__new__(meta, name, bases, namespace)

    def __init__(cls, name, bases, namespace, **kwargs):
        pass


class Base:
    pass


class A:
    show(1, __x=1)
    show(*[1], __y=2, **{'__z': 3})

    class B(metaclass=Meta, __k=4):
        pass

    class C(*[Base], metaclass=Meta, __k=5):
        pass

    @staticmethod
    def f(a, *, __p=1):
        return __p

    try:
        f(1, __p=3)
    except TypeError as e:
        print(e)
    print(f(1, _A__p=4))
