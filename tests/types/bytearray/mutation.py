b = bytearray(b"abc")
b.append(100); b.extend(b"ef"); b[0] = 65; b[1:3] = b"XYZ"; b += b"!"; b.insert(0, 48)
print(b, b.pop(), b.pop(0), len(b))
del b[0], b[::2]
b.reverse()
print(b, b * 2, b.copy() is b, bytes(b))
b.remove(b[0])
b.clear()
print(b)
for f in (lambda: b.pop(), lambda: b.append(256), lambda: b.remove(5), lambda: b.__setitem__(0, 1), lambda: b.extend("s"), lambda: hash(b)):
    try:
        f()
    except Exception as e:
        print(type(e).__name__, e)
v = memoryview(bytearray(b"x"))
b = bytearray(b"abc")
m = memoryview(b)
try:
    b.append(1)
except BufferError as e:
    print(e)
m.release()
b.append(1)
print(b)
