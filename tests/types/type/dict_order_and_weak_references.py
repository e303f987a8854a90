# The order of what a class gets beside its body; which classes have instances with weak references.
import types
import weakref


class A:
    pass


def show(bases, **namespace):
    name = ", ".join(b.__name__ for b in bases)
    try:
        C = type("C", bases, namespace)
    except TypeError as e:
        print(name, sorted(namespace), e)
        return
    added = [k for k in C.__dict__ if k not in ("__module__", *namespace)]
    x = C("n", (), {}) if issubclass(C, type) else C("n") if issubclass(C, types.ModuleType) else C()
    try:
        weak = weakref.ref(x) and "weak"
    except TypeError as e:
        weak = e
    try:
        x.__weakref__
    except AttributeError as e:
        weak = f"{weak} / {e}"
    print(name, sorted(namespace), added, weak)


for base in object, int, str, tuple, bytes, list, dict, set, float, complex, type, Exception, types.ModuleType:
    show((base,), __eq__=None)
    show((base,), __slots__=())
    show((base,), __slots__=("__weakref__",))
    show((base,), __slots__=("b", "a", "__dict__"), __eq__=None)
    if base is not object:
        show((A, base))
        show((A, base), __slots__=())
x = A()
print(repr(weakref.ref(x)).split("'")[1])
