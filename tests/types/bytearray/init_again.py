# `__init__` empties first and fills as ints arrive.
def show(source, *args):
    b = bytearray(b"abc")
    try:
        b.__init__(source, *args)
    except Exception as e:
        print(type(e).__name__, e, b)
    else:
        print(b)


for source in ([256] * 3, (-1,), [0] * 3 + [1000], iter([1, 2, 300]), [1, 2, "a"], -1, b"xyz", object()):
    show(source)
show("x", "nope")
show("x", 3)
show("abc")


def numbers():
    for i in range(3):
        yield i
        print(b)


b = bytearray(b"abc")
b.__init__(numbers())

b = bytearray(b"q")
view = memoryview(b)
try:
    b.__init__(b"x")
except BufferError as e:
    print(e, b)
