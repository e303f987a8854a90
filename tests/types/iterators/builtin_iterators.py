print(list(enumerate("ab", 5)), list(zip("abc", range(2))), list(map(lambda a, b: a + b, [1, 2], [3, 4, 5])), list(filter(None, [0, 1, "", "a"])), list(filter(str.isupper, "aBcD")), list(reversed([1, 2])))
for f in (lambda: list(zip("ab", "c", strict=True)), lambda: list(zip("a", "bc", strict=True)), lambda: next(iter([])), lambda: next(5), lambda: reversed({1}), lambda: enumerate(5), lambda: map(1), lambda: list(map(1, [1])), lambda: iter(5, 6), lambda: zip(1), lambda: list(map(lambda a, b: 0, [1], [1, 2], strict=True))):
    try:
        f()
    except Exception as e:
        print(type(e).__name__, e)
i = iter([1, 2, 3])
next(i)
print(i.__length_hint__(), list(i), list(i), next(i, "end"))
