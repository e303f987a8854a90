# The keywords of sorted and of other builtins, and what they complain about.
def tried(f, *args, **kwargs):
    try:
        print(f(*args, **kwargs))
    except Exception as e:
        print(type(e).__name__, e)


words = ["pear", "fig", "apple"]
tried(sorted, words)
tried(sorted, words, key=len)
tried(sorted, words, reverse=True)
tried(sorted, words, reverse=1, key=lambda w: w[-1])
tried(sorted, words, key=None, reverse=[])
tried(sorted)
tried(sorted, words, len)
tried(sorted, key=len)
tried(sorted, words, foo=1)
tried(sorted, words, key=len, foo=1)
tried(sorted, words, iterable=words)
tried(sorted, 5, foo=1)
tried(sorted, words, **{"key": str.upper})
tried(sorted, words, key=5)
tried(max, words, key=len)
tried(max, "b", "abc", key=len)
tried(min, [], default="none")
tried(max, [], key=len)
tried(max, words, default=1, foo=2)
tried(int, "ff", base=16)
tried(int, x="1")
tried(round, 2.567, ndigits=1)
tried((5).to_bytes, length=2, byteorder="little", signed=True)
tried((5).to_bytes, 2, length=2)
tried("a,b".split, sep=",", maxsplit=0)
tried("a,b".split, maxsplit=1, sep=",")
tried("a".split, foo=1)
tried("a".encode, "utf-8", encoding="ascii")
tried(print, "x", "y", sep="-", end="!\n")
tried(print, "x", spe="-")
tried(enumerate, start=3)
tried(lambda **k: list(enumerate("ab", **k)), start=3)
tried(sum, [1, 2], start=10)
tried(sum, start=1)
tried(zip, "ab", strict=1, foo=2)
tried(lambda: list(zip("ab", "cd", strict=True)))


class L(list):
    def __init__(self, *args, n=0):
        super().__init__(*args)
        self.n = n


class D(dict):
    pass


print(L("ab", n=3).n, L(), D(a=1), D({1: 2}, b=3), dict(a=1), set([1]), list("ab"))
tried(list, 1, 2)
tried(list, foo=1)
tried(dict, 1)
tried(dict, [], [])
tried(list.__new__)
tried(list.__new__, 5)
print(list.__new__(list, 1, 2, 3, foo=4), dict.__new__(D, 1), set.__new__(set, a=1))
