# A static method of a builtin type knows its class.
import pickle

for f in (str.maketrans, bytes.maketrans, bytearray.maketrans):
    print(f.__name__, f.__qualname__, f.__self__, f.__reduce__())
    print(repr(f).split(" at ")[0])
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        assert pickle.loads(pickle.dumps(f, protocol)) is not None
    print(pickle.loads(pickle.dumps(f))("a", "b") if f is str.maketrans else "")
