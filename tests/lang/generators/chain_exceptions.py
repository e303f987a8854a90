# Exceptions through chains of `yield from`, thrown in and raised inside, after values went through.
import traceback


def leaf(n):
    for i in range(n):
        try:
            yield i
        except KeyError as e:
            yield f"leaf: {e!r}, {e.__context__!r}"
    raise LookupError(n)


def passing(inner, label, catches=None):
    try:
        yield from inner
    except catches or () as e:
        yield f"{label}: {e!r}"
        print([line.split(",")[-1].strip() for line in traceback.format_tb(e.__traceback__)])
    finally:
        print("finally", label)
    yield f"behind {label}"


def chain(n, catching):
    it = leaf(n)
    for i in range(4):
        it = passing(it, f"p{i}", LookupError if i == catching else None)
    return it


for catching in range(5):
    print("catching", catching)
    it = chain(3, catching)
    try:
        for x in it:
            print(x)
    except LookupError as e:
        print("out:", repr(e))
        traceback.print_tb(e.__traceback__, file=__import__("sys").stdout)

print("thrown")
it = chain(4, 1)
print(next(it), next(it), it.throw(KeyError("k")), next(it))
print(it.throw(IndexError("i")), list(it))

print("closed")
it = chain(4, 1)
print(next(it), next(it))
it.close()
print(list(it))

print("while an exception is handled")
it = chain(6, 3)
print(next(it), next(it))
try:
    1 / 0
except ZeroDivisionError:
    print(next(it), next(it))
print(next(it))
it.close()


def raises_when_handled(n):
    while n:
        n -= 1
        yield n
    yield [e and repr(e) for e in (__import__("sys").exception(),)]
    raise ValueError


def delegates(n, it):
    return delegates(n - 1, delegates2(it)) if n else it


def delegates2(it):
    yield from it


it = delegates(5, raises_when_handled(3))
print(next(it), next(it))
try:
    1 / 0
except ZeroDivisionError:
    print(next(it), next(it))
    try:
        next(it)
    except ValueError as e:
        print(repr(e.__context__))
