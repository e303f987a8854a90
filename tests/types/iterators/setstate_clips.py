# What __setstate__ takes, and where it leaves an iterator.
class I:
    def __init__(self, n): self.n = n
    def __index__(self): return self.n

class Seq:
    def __len__(self): return 3
    def __getitem__(self, i):
        if i < 3: return i
        raise IndexError

makers = {
    "list": lambda: iter([1, 2, 3]), "tuple": lambda: iter((1, 2, 3)), "bytes": lambda: iter(b"abc"),
    "bytearray": lambda: iter(bytearray(b"abc")), "str": lambda: iter("abc"), "wide": lambda: iter("日本語"),
    "reversed list": lambda: reversed([1, 2, 3]), "reversed": lambda: reversed("abc"),
    "range": lambda: iter(range(3)), "long range": lambda: iter(range(2**70, 2**70 + 3)), "sequence": lambda: iter(Seq()),
}
for name, make in makers.items():
    for state in -5, -1, 0, 2, 9, 2**70, -2**70, True, I(2), None, 1.5, 2**63 - 1:
        for spent in False, True:
            it = make()
            if spent:
                list(it)
            try:
                it.__setstate__(state)
                print(name, spent, state if type(state) is not I else "I", list(it))
            except Exception as e:
                print(name, spent, state if type(state) is not I else "I", type(e).__name__, e)
it = iter([1, 2])
it.__setstate__(-1)
print(it.__reduce__()[1:], it.__length_hint__())
it = reversed([1, 2])
list(it)
print(it.__reduce__()[1:], it.__length_hint__())
