# Items of bytearrays by index: read and stored, in and out of range, of other types, in subclasses.
b = bytearray(b"abc")
print(b[0], b[-1], b[True])
b[0] = 255
b[-1] = 0
b[1] = True
print(b)
for key in 3, -4, 1 << 80, "a", None, 1.0:
    try:
        b[key]
    except (IndexError, TypeError) as e:
        print(type(e).__name__, e)
    try:
        b[key] = 1
    except (IndexError, TypeError) as e:
        print(type(e).__name__, e)
for value in 256, -1, 1 << 80, "a", 1.0:
    try:
        b[0] = value
    except (ValueError, TypeError) as e:
        print(type(e).__name__, e)
    try:
        b[9] = value
    except (ValueError, TypeError, IndexError) as e:
        print(type(e).__name__, e)


class Own(bytearray):
    def __getitem__(self, i):
        return ("own", i)

    def __setitem__(self, i, v):
        print("set", i, v)


o = Own(b"abc")
o[1] = 5
print(o[0], o)
