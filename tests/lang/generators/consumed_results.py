# Builtins that use up a generator expression: results, scopes, rebinding of the name.
def f(y):
    return (set(x * y for x in range(3)), tuple(x + y for x in range(4) if x), list(x for x in 'ab'),
            any(x == y for x in range(5)), all(x for x in [1, 0]), any(x is y for x in [1]),
            any(not x for x in [1]), all(x != y for x in [1]))


print(f(2))


def nested(a, b):
    c = 5
    captured = [h() for h in list((lambda: x) for x in range(3))]
    return captured, list((lambda: (x, a, b, c))() for x in range(3) for y in range(x) if y != a)


print(nested(1, 2))


class C:
    v = 4
    w = list(n for n in range(v))
    print(w)


def recursive(n):
    return list(recursive(n - 1) for _ in range(1)) if n else 0


print(recursive(5))


def walrus():
    found = any((last := x) > 2 for x in range(10))
    return found, last


print(walrus())


def other(any):
    return any(x for x in [3])


print(other(list), other(sum))
set = sorted
print(set(x for x in (3, 1)))
