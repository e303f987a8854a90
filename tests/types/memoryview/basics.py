b = bytearray(b"abcdef")
m = memoryview(b)
m[0] = 90
m[1:3] = b"YX"
print(b, m[3], m[1:4].tobytes(), m[::-2].tolist(), len(m), m.format, m.itemsize, m.nbytes, m.readonly, m.shape, m.strides, m == b)
c = m.cast("H")
print(c.tolist(), c.shape, m.cast("B", [2, 3]).tolist(), bytes(m), m.hex(), m.obj is b)
for f in (lambda: memoryview("s"), lambda: memoryview(b"x").__setitem__(0, 1), lambda: m.__setitem__(slice(0, 2), b"abc"), lambda: m[10], lambda: m.cast("Q")):
    try:
        f()
    except Exception as e:
        print(type(e).__name__, e)
with memoryview(b"q") as w: pass
try:
    w[0]
except ValueError as e:
    print(e)
