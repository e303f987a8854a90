"""States that streams in memory accept, flags of files, and reads that look past the buffer."""

import io
import warnings


def show(use):
    try:
        print(use())
    except Exception as e:
        print(repr(e))


m = io.BytesIO()
for state in ((b"abc", 1, None), (b"", -1, None), ("u", 0, None), (b"", 0.0, None), (b"", 0, 0),
              (b"", 0), 0, (bytearray(b"x"), 5, {"spam": 3})):
    show(lambda: m.__setstate__(state))
    print(m.getvalue(), m.tell())
print(m.spam)
m.close()
show(lambda: m.__setstate__((b"", 0, None)))

s = io.StringIO()
for state in (("abc", "\n", 1, None), ("", "f", 0, None), ("", "", -1, None), (b"", "", 0, None),
              ("", b"", 0, None), ("", "", 0.0, None), ("", "", 0, 0), ("l", 0), 0,
              ("a", None, 0, {"spam": 3})):
    show(lambda: s.__setstate__(state))
print(repr(s.getvalue()), s.spam)
s.close()
show(lambda: s.__setstate__(("", "", 0, None)))

f = io.FileIO("/dev/null")
b = io.BufferedReader(f)
show(lambda: setattr(f, "_blksize", 3))
for stream in (f, b):
    show(lambda: setattr(stream, "_finalizing", 1))
    show(lambda: delattr(stream, "_finalizing"))
    print(stream._finalizing)
for cls in (io.BufferedReader, io.BufferedWriter, io.BufferedRandom):
    show(lambda: cls(f, 1, 2, 3))
f._finalizing = b._finalizing = False
b.close()

with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    io.FileIO(False, closefd=False)
    io.open(True, closefd=False)
print([(w.category.__name__, str(w.message)) for w in caught])


class Raw(io.RawIOBase):
    def __init__(self, *pieces):
        self.pieces = list(pieces)

    def readable(self):
        return True

    def readinto(self, target):
        piece = self.pieces.pop(0) if self.pieces else b""
        target[: len(piece)] = piece
        return len(piece)


b = io.BufferedReader(Raw(b"abc", b"de", b"fgh", b"jkl", b"mno"), 10)
small, large = bytearray(2), bytearray(20)
print(b.peek(3), b.readinto1(small), small, b.readinto1(small), small, b.readinto1(small), small)
print(b.peek(3), b.readinto1(large), large[:8], b.readinto1(large), large[:3], b.readinto1(large))


class Tape(io.BytesIO):
    def seek(self, *args):
        return 0

    def tell(self):
        return 0


b = io.BufferedReader(Tape(b"12"))
print(b.tell(), b.read(1), b.tell(), b.seek(0, 1), b.seek(1))

with open(__file__, "rb") as first, open(__file__, "rb") as second:
    f = io.FileIO(first.fileno(), closefd=False)
    f.__init__(second.fileno(), closefd=False)
    print(len(first.readline()) > 0)
    f.close()
    print(len(second.readline()) > 0)
