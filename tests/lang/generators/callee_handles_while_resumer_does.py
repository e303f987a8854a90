# A function called by a generator handles an exception while who resumed the generator handles another.
import sys


def f():
    try:
        raise KeyError
    except KeyError:
        print(type(sys.exception()).__name__, type(sys.exception().__context__).__name__)
    print(type(sys.exception()).__name__)
    return 1


def g():
    yield f()
    try:
        yield f()
    except ValueError:
        yield f()


try:
    1/0
except ZeroDivisionError:
    it = g()
    for x in it:
        print(x)
    it = g()
    next(it)
    next(it)
    print(it.throw(ValueError))
    print(type(sys.exception()).__name__)
