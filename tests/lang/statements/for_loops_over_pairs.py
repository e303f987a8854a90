# Loops that take their items apart: what gives pairs need not put them together.


class Once:
    def __init__(self, *items):
        self.items = iter(items)

    def __iter__(self):
        return self

    def __next__(self):
        return next(self.items)


def over(pairs):
    seen = []
    for a, b in pairs:
        seen.append((a, b))
    return seen


print(over(zip([1, 2, 3], "abc")))
print(over(zip([1, 2, 3], (4, 5))), over(zip(range(3), range(5, 9))))
print(over(enumerate("ab")), over(enumerate([7, 8], 2**61 - 2)), over(enumerate(range(2), -1)))
print(over({"x": 1, "y": 2}.items()), over([(1, 2), [3, 4], "56"]))
print(over(zip(Once(1, 2), Once(3, 4))), over(Once((1, 2), (3, 4))))
print(over(x for x in [(1, 2)]), over(map(divmod, (7, 8), (2, 3))))

# How far the sources have moved.
first, second = iter([1, 2, 3, 4]), iter([5, 6])
for a, b in zip(first, second):
    pass
print(next(first, None), next(second, None))
first, second = iter([1, 2]), iter([5, 6, 7, 8])
for a, b in zip(first, second):
    pass
print(next(first, None), next(second, None))


def ends(pairs):
    a = b = None
    try:
        for a, b in pairs:
            pass
    except Exception as e:
        print(type(e).__name__, e, a, b)
    else:
        print("ended", a, b)


ends(zip([1, 2], [3], strict=True))
ends(zip([1], [3, 4], strict=True))
ends(zip([1, 2], [3, 4], strict=True))
ends(zip([1, 2], [3, 4], [5, 6]))
ends(zip([1, 2]))
ends([(1, 2), (3,)])
ends([(1, 2), (3, 4, 5)])
ends([(1, 2), 3])


def failing():
    yield 1
    raise KeyError("second source")


ends(zip([1, 2], failing()))


def grows(d):
    for k, v in d.items():
        d[k + 1] = v


try:
    grows({1: 2})
except RuntimeError as e:
    print(e)


# The same dict and list, changed on the way.
d = {1: 2, 3: 4}
for k, v in d.items():
    d[k] = v * 10
print(d)
items = [(1, 2)]
for a, b in items:
    if a < 4:
        items.append((a + 1, b + 1))
print(items)

# The pair itself, when it has a name.
for pair in zip([1, 2], [3, 4]):
    a, b = pair
    print(pair, a, b)

# Targets that are no plain variables.
class C:
    pass


c, l = C(), [0, 0]
for c.x, l[0] in zip([1, 2], [3, 4]):
    print(c.x, l)
for [a, (b, e)] in enumerate(zip([1, 2], [3, 4])):
    print(a, b, e)
for a, a in zip([1, 2], [3, 4]):
    print(a)
for b, _ in enumerate(enumerate("ab")):
    print(b, _)


def nested():
    def inner():
        return k, v

    for k, v in {1: 2}.items():
        print(inner())


nested()
print([a + b for a, b in zip([1, 2], [3, 4])], {b: a for a, b in enumerate("xy")}, {a for a, _ in {1: 2}.items()})
print(sum(a * b for a, b in zip([1, 2], [3, 4])), list(a for a, b in {5: 6}.items() if b))


def generator():
    for i, x in enumerate([1, 2, 3]):
        got = yield i, x
        if got:
            break
    else:
        yield "all"


print(list(generator()))
for a, b in zip([1], [2]):
    pass
else:
    print("else", a, b)


class Zip(zip):
    pass


class Zip2(zip):
    def __next__(self):
        return super().__next__()[::-1]


print(over(Zip([1], [2])), over(Zip2([1], [2])), over(Zip2([1], [2])))
