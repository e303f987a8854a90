# Writes of a BytesIO before, at and behind its end, of bytes and of other buffers.
import io

b = io.BytesIO()
print(b.write(b"hello"), b.write(b""), b.tell())
b.seek(2)
print(b.write(b"XY"), b.write(bytearray(b"12345")), b.getvalue())
b.seek(15)
print(b.write(b"end"), b.getvalue())
b.seek(20)
print(b.write(b""), b.getvalue())
b.seek(0)
print(b.write(memoryview(b"abc")), b.read(2), b.getvalue())
view = b.getbuffer()
for data in (b"", b"abc", b"x" * 50):
    b.seek(0)
    try:
        print(b.write(data))
    except BufferError as e:
        print(e)
view.release()
print(b.write(b"x" * 3))
b.close()
try:
    b.write(b"x")
except ValueError as e:
    print(e)


class Bytes(bytes):
    pass


c = io.BytesIO()
print(c.write(Bytes(b"sub")), c.getvalue())
