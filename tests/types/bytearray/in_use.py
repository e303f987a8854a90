# What Python code called by a method finds: the bytearray's memory is in use, or its size changed.
def show(function, *args):
    try:
        print(repr(function(*args)))
    except Exception as e:
        print(type(e).__name__, e)


class Evil:
    def __init__(self, act):
        self.act = act

    def __buffer__(self, flags):
        self.act()
        return memoryview(b"AB")


class Text:
    def __repr__(self):
        b.clear()
        return "E"


class Length(bytes):
    def __len__(self):
        b.clear()
        return 1


b = bytearray(b"%a end")
show(b.__mod__, Text())
b = bytearray(b"\xaa")
show(b.hex, Length(b":"))
b = bytearray(b"xx")
show(b.__add__, Evil(lambda: b.clear()))
print(b)

# extend: what goes in while the buffer is asked for stays behind.
b = bytearray(b"x" * 4)
b.extend(Evil(lambda: b.extend(b"yy")))
print(b)
b = bytearray(b"x" * 4)
b.extend(Evil(b.clear))
print(b)

# join reads a list as it is.
for separator in (b"", bytearray(b"::")):
    seq = [b"a", Evil(lambda: seq.clear()), b"c"]
    show(separator.join, seq)
    seq = [b"a", Evil(lambda: seq.__setitem__(2, b"zzz")), b"c"]
    show(separator.join, seq)
    seq = [b"a", Evil(lambda: seq.__setitem__(2, 3)), b"c"]
    show(separator.join, seq)
