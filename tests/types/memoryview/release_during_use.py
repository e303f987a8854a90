"""Python code that a view calls may release it: the view is in use, or the buffer outlives it."""

import array
import io


class Hashing(array.array):
    def __hash__(self):
        view.release()
        return 1


view = memoryview(Hashing("B", b"abc")).toreadonly()
try:
    hash(view)
except BufferError as e:
    print(e)

data = bytearray(b"abcdef")
view = memoryview(data)


class Separator(bytes):
    def __len__(self):
        view.release()
        return 1


try:
    view.hex(Separator(b":"))
except BufferError as e:
    print(e)


class Index:
    def __init__(self, n):
        self.n = n

    def __index__(self):
        view.release()
        return self.n


def case(use):
    global view
    view = memoryview(bytearray(b"abcdef"))
    try:
        print(use(view))
    except ValueError as e:
        print(e)


def assign(key, value):
    def use(view):
        view[key] = value
    return use


case(lambda view: view[Index(1)])
case(lambda view: bytes(view[: Index(3)]))
case(lambda view: bytes(view[Index(1) : 3]))
case(assign(Index(1), 65))
case(assign(slice(Index(4)), b"spam"))
case(assign(0, Index(65)))

for f in (io.BytesIO(b"x").readinto, io.BufferedReader(io.BytesIO(b"x")).readinto,
          io.BufferedReader(io.BytesIO(b"x")).readinto1, io.FileIO("/dev/null").readinto):
    for buffer in (b"read-only", memoryview(b"read-only"), memoryview(bytearray(4))[::2], 3):
        try:
            print(f(buffer))
        except TypeError as e:
            print(e)
