import sys
# What is handled outside is seen as it is at each resumption.
def g():
    try:
        raise KeyError("inner")
    except KeyError:
        yield repr(sys.exception())
    while True:
        yield repr(sys.exception())
it = g()
try:
    raise ValueError("first")
except ValueError:
    print(next(it))
print(next(it))
try:
    raise ValueError("second")
except ValueError:
    print(next(it))
def deep():
    def f():
        raise TypeError("from f")
    try:
        f()
    except TypeError as e:
        print(repr(e.__context__))
    yield
def outer():
    yield from deep()
try:
    raise ValueError("third")
except ValueError:
    list(outer())
# Frames between throw() and the innermost generator.
def names():
    f, found = sys._getframe(1), []
    while f.f_code.co_name != "<module>":
        found.append(f.f_code.co_name)
        f = f.f_back
    return found
def inner():
    try:
        yield
    except RuntimeError:
        print(names())
        yield
def middle():
    yield from inner()
class Custom:
    def __iter__(self): return self
    def __next__(self): return 1
    def throw(self, *args): print(names())
def last():
    yield from Custom()
for make in middle, last:
    it = make()
    next(it)
    it.throw(RuntimeError)
