class Callable:
    def __call__(self, *args):
        return args


class D:
    __get__ = Callable()


class C:
    d = D()


descriptor, instance, owner = C().d
print(type(descriptor).__name__, type(instance).__name__, owner is C)
print([type(x).__name__ for x in C.d])
