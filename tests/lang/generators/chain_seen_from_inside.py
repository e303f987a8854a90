# What the innermost generator of a chain of `yield from` sees of those above it while it runs, though
# nothing happens in them.
import gc
import sys
import traceback


def names():
    f = sys._getframe(1)
    found = []
    while f:
        found.append((f.f_code.co_name, f.f_lineno))
        f = f.f_back
    return found


def states():
    return [
        (g.gi_running, g.gi_suspended, g.gi_yieldfrom is not None, g.gi_frame.f_lineno)
        for g in made
    ]


def leaf():
    yield "first"
    yield names()
    yield states()
    yield [s.name for s in traceback.extract_stack()]
    for g in made:
        try:
            next(g)
        except ValueError as e:
            yield str(e)
        try:
            g.throw(KeyError)
        except ValueError as e:
            yield str(e)
        try:
            g.close()
        except ValueError as e:
            yield str(e)
    gc.collect()
    yield "collected"
    yield [g.gi_frame.f_back and g.gi_frame.f_back.f_code.co_name for g in made]
    yield "last"


def passing(inner):
    before = [inner]
    yield from before[0]
    return len(before)


def consume(it):
    for x in it:
        print(x)
        if type(x) is str and x in ("first", "collected"):
            print(states())


made = [leaf()]
for i in range(3):
    made.append(passing(made[-1]))
consume(made[-1])

print("native consumer")
made = [leaf()]
for i in range(3):
    made.append(passing(made[-1]))
for x in list(made[-1]):
    print(x)

print("two consumers in turn")


def by_hand(it):
    return next(it)


made = [leaf()]
for i in range(3):
    made.append(passing(made[-1]))
print(next(made[-1]), by_hand(made[-1]), next(made[-1]), by_hand(made[-1]))
