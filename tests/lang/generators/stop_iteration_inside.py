def f():
    raise StopIteration("oops")
    yield
try:
    next(f())
except RuntimeError as e:
    print(e, repr(e.__cause__))
def g():
    yield next(iter([]))
try:
    list(g())
except RuntimeError as e:
    print(e)
