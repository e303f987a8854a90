print(abs(-5), abs(-2.5), min(3, 1, 2), max([1, 5, 2]), max("a", "bb", key=len), min([], default="d"), sum([1, 2], 10), sum([[1], [2]], []), any([0, 1]), all([]), sum([0.1] * 10), sum([1, 2.5, True]))
print(chr(8364), ord("€"), hex(255), len("abc"), round(2.567, 2), pow(2, 5), divmod(7, 3), hash(1), callable(len), ascii("é"), bin(5), sorted([2, 1]), isinstance(1, int))
for f in (lambda: min(), lambda: max([]), lambda: sum(["a"]), lambda: sum("ab", ""), lambda: chr(-1), lambda: ord("ab"), lambda: len(5), lambda: abs("a"), lambda: round("a"), lambda: hash([]), lambda: min(1), lambda: max(1, "a"), lambda: ord(5), lambda: chr(1.5), lambda: len(), lambda: len(1, 2), lambda: print(foo=1), lambda: getattr(1), lambda: getattr(1, 2), lambda: open(), lambda: input(1, 2), lambda: sorted(), lambda: isinstance(1), lambda: divmod(1, 0)):
    try:
        f()
    except Exception as e:
        print(type(e).__name__, e)
