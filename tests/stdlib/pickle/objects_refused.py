# Words for what cannot be pickled, and state that is there once somebody asked for `__dict__`.
import copy
import io

for v in memoryview(b""), compile("1", "", "eval"), io.TextIOWrapper(io.BytesIO()), io.BufferedReader(io.BytesIO()), iter([]).__class__, (i for i in ()):
    try:
        print(type(v).__name__, copy.copy(v) is v)
    except TypeError as e:
        print(e)
print(None.__reduce_ex__(2)[1:])
for e in ValueError(1), OSError(2, "two"), KeyError():
    print(e.__reduce__(), e.__dict__, e.__reduce__())
    e.x = 1
    del e.x
    print(e.__reduce__())
for f in io.BytesIO(b"a"), io.StringIO("a"):
    print(f.__getstate__(), f.__dict__, f.__getstate__())
