# The frame of a generator expression that a builtin uses up is there while it runs.
import sys


def names():
    f, found = sys._getframe(1), []
    while f.f_back:
        found.append((f.f_code.co_name, f.f_lineno))
        f = f.f_back
    return found


def f():
    return (list(names() for _ in range(1)), tuple(names() for _ in range(1)),
            list(sorted(locals()) for q in [1]))


print(f())


def recursive(n):
    return list(recursive(n - 1) for _ in range(1)) if n else 0


try:
    recursive(10**6)
except RecursionError as e:
    print(e)
