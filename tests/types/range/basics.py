r = range(1, 20, 3)
print(r, list(r), len(r), r[2], r[-1], r[1:4], r[::-1], 7 in r, 8 in r, r.index(7), r.count(7), r.start, r.stop, r.step, r == range(1, 21, 3), hash(range(0)) == hash(range(5, 5)), list(reversed(r)))
print(range(5), range(0, -5, -2)[::-1], list(range(5, 0, -2)), range(10 ** 20, 10 ** 20 + 3)[1], len(range(2 ** 62)), 10 ** 30 in range(10 ** 40), 2.0 in range(3), bool(range(0)))
for f in (lambda: range(1, 2, 0), lambda: range(1.5), lambda: r[50], lambda: r.index(8), lambda: range(), lambda: range(1, 2, 3, 4), lambda: len(range(10 ** 20)), lambda: range("a")):
    try:
        f()
    except Exception as e:
        print(type(e).__name__, e)
