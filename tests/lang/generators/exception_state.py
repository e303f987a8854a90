def f():
    try:
        raise KeyError("inside")
    except KeyError:
        yield __import__("sys").exception()
        yield __import__("sys").exception()

import sys
g = f()
try:
    raise ValueError("outside")
except ValueError:
    print(repr(next(g)), repr(sys.exception()))
print(sys.exception())
print(repr(next(g)), sys.exception())
