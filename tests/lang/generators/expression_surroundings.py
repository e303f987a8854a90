# What a generator expression takes from around it: cells, globals, builtins, names.
import sys


def closure(a, b):
    made = [(a, b, i, c) for c in "x"]
    g = (a + b * i for i in range(3))
    a = 100
    return list(g), made


i = 7
print(closure(1, 2))


def captured(n):
    fs = list((lambda: (x, n)) for x in range(n))
    gs = tuple((lambda y=y: (x, y, n)) for x in range(2) for y in range(2))
    n = "n"
    return [f() for f in fs], [f() for f in gs]


print(captured(2))


def own_cells(outer):
    return list((lambda: (outer, inner, outermost)) for inner in outer for outermost in [outer])


print([f() for f in own_cells("ab")])


def deep(a):
    return ((a, b, list(c * a for c in range(b))) for b in (d + a for d in range(a)))


print(list(deep(2)))

source = """
def f(n):
    return ((x, k, name, len) for x in range(n))
"""
code = compile(source, "<made>", "exec")
spaces = [{"k": "one", "name": 1}, {"k": "two", "name": 2}, {"k": 3, "name": 3, "len": "own len"}]
for space in spaces:
    exec(code, space)
same = spaces[0]["f"].__code__
for space in spaces + spaces:
    print(list(space["f"](1))[0][1:3], list(space["f"](1))[0][3] is len)
for space in spaces:
    f = type(spaces[0]["f"])(same, space)
    print(list(f(2))[1][:3])

space = {"__builtins__": {"range": range, "len": "made up"}}
exec(code, space)
space["k"] = space["name"] = None
print(list(space["f"](1)))


class C:
    x = [1, 2]
    y = "of the class"
    try:
        z = list(y for _ in x)
    except NameError as e:
        z = str(e)
    w = list(a for a in x)

    def names(self):
        g = (v for v in self.x)
        return g.__name__, g.__qualname__, g.gi_code.co_name, g.gi_code.co_freevars, repr(g)[:41]

    def sup(self):
        s = super
        try:
            return list(s().__init__ for _ in "a")
        except (TypeError, RuntimeError) as e:
            return str(e)

    def sup2(self):
        try:
            return list((s().__init__, __class__) for s in (super, 0))
        except (TypeError, RuntimeError) as e:
            return str(e)


print(C.z, C.w, C().names(), C().sup(), C().sup2())


def frames():
    inside = 3
    g = ((sorted(sys._getframe().f_locals), inside, v) for v in "ab")
    f = g.gi_frame
    print(f.f_lineno - frames.__code__.co_firstlineno, sorted(f.f_locals), f.f_back, f.f_code.co_name)
    print(list(g), g.gi_frame)


frames()


async def asynchronous(n):
    async def numbers():
        for x in range(n):
            yield x

    g = (x + n async for x in numbers())
    print(type(g).__name__, [x async for x in g])
    h = (await y for y in [one()])
    print(type(h).__name__, [x async for x in h])


async def one():
    return 1


try:
    asynchronous(2).send(None)
except StopIteration:
    pass

for bad in (lambda: (x for x in 5), lambda: list(x for x in None), lambda: set([] for _ in "a")):
    try:
        bad()
    except TypeError as e:
        print(e)


def never(n):
    return (x for x in range(n))


class Iterator:
    def __iter__(self):
        print("iter")
        return self

    def __next__(self):
        raise StopIteration


g = (x for x in Iterator())
print("made", list(g))
seen = []
mon = sys.monitoring
mon.use_tool_id(1, "test")
mon.register_callback(1, mon.events.CALL, lambda code, at, f, a: seen.append((getattr(f, "__name__", f), type(a).__name__)))
mon.set_local_events(1, never.__code__, mon.events.CALL)
list(never(3))
mon.set_local_events(1, never.__code__, 0)
mon.free_tool_id(1)
print(seen)
