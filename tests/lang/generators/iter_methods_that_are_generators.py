# `__iter__` written as a generator function: loops, `yield from`, errors, subclasses of builtins.
import traceback


class Tree:
    def __init__(self, left, value, right):
        self.left = left
        self.value = value
        self.right = right

    def __iter__(self):
        if self.left:
            yield from self.left
        yield self.value
        if self.right:
            yield from self.right


def tree(values):
    if not values:
        return None
    i = len(values) // 2
    return Tree(tree(values[:i]), values[i], tree(values[i + 1 :]))


print(list(tree(list(range(40)))))
total = 0
for x in tree(list(range(100))):
    total += x
print(total)


class Fails:
    def __iter__(self):
        yield 1
        raise ValueError("in the middle")


class Arguments:
    def __iter__(self, more):
        yield more


class Defaults:
    def __iter__(self, n=2):
        for i in range(n):
            yield i


class Dict(dict):
    def __iter__(self):
        yield "own"


def show(it):
    seen = []
    try:
        for x in it:
            seen.append(x)
    except Exception as e:
        names = [t.name for t in traceback.extract_tb(e.__traceback__)]
        print(seen, names, repr(e))
    else:
        print(seen)


def outer(it):
    got = yield from it
    yield "returned", got


show(Fails())
show(outer(Fails()))
show(Arguments())
show(Defaults())
show(Dict(a=1))
show(outer(Defaults()))


class Returns:
    def __iter__(self):
        yield 1
        return "result"


show(outer(Returns()))


def chain(n):
    if n:
        try:
            r = yield from chain(n - 1)
        except KeyError as e:
            r = "caught", n, e.args
            yield r
        return r
    x = 0
    while True:
        x = yield x
        if x == "stop":
            return "stopped"


c = chain(30)
print(next(c), c.send(1), c.send(2), next(c))
try:
    c.send("stop")
except StopIteration as e:
    print(e.value)

c = chain(3)
next(c)
print(c.throw(KeyError("thrown")))


def closing(n, log):
    try:
        if n:
            yield from closing(n - 1, log)
        else:
            yield "suspended"
    finally:
        log.append(n)


log = []
c = closing(4, log)
print(next(c))
c.close()
print(log)

# A generator that resumes itself, and one resumed while it runs.
def own():
    yield from me


me = own()
try:
    next(me)
except ValueError as e:
    print(e)

# What native code takes from generators: values, ends with a value, errors.
print(sum(i * i for i in range(10)), max(x for x in [3, 9, 4]), set(c for c in "hello") == set("helo"))


def ends():
    yield 1
    return 2


print(list(ends()), tuple(ends()), sorted(ends()), dict(a for a in [(1, 2)]))


def leaks():
    yield 1
    raise StopIteration


try:
    list(leaks())
except RuntimeError as e:
    print(e, repr(e.__cause__))

try:
    raise KeyError("outside")
except KeyError:
    print(list(repr(__import__("sys").exception()) for _ in range(2)))


def nested(n):
    return sum(nested(n - 1) for _ in range(1)) + 1 if n else 0


print(nested(50))
