# A chain of `yield from` while something changes around it: events are asked for, code is assigned, a
# thread starts, the recursion limit is met, generators are given up.
import gc
import sys
import threading


def passing(inner):
    r = yield from inner
    return r


def chain(it, n):
    made = [it]
    for _ in range(n):
        made.append(passing(made[-1]))
    return made


events = []


def tracer(frame, event, arg):
    if frame.f_code.co_name == "traced" or frame.f_code.co_name == "passing" and event != "line":
        events.append((frame.f_code.co_name, event, frame.f_lineno - frame.f_code.co_firstlineno))
    return tracer


def traced():
    yield 1
    sys.settrace(tracer)
    yield 2
    yield 3
    sys.settrace(None)
    yield 4
    yield 5


for x in chain(traced(), 3)[-1]:
    print(x)
for e in events:
    print(e)

events.clear()
it = chain(traced(), 2)[-1]
print(next(it))
sys.settrace(tracer)
print(next(it))
sys.settrace(None)
print(list(it))
print(events)


def recode():
    yield 1
    old = passing.__code__

    def passing2(inner):
        a, b, c, d, e, f, g, h = range(8)
        print(a, b, c, d, e, f, g, h, sorted([h, g, f, e, d]))
        yield from inner
        return [a, b, c, d, e, f, g, h]

    passing.__code__ = passing2.__code__
    yield 2
    yield sys._getframe(2).f_code.co_name
    passing.__code__ = old
    yield 3
    return "end"


it = chain(recode(), 1)[-1]
print(list(it))
it = chain(recode(), 4)[-1]
print(next(it), next(it), next(it)[:7], list(it))


def endless():
    n = 0
    while True:
        n += 1
        yield n


def at_depth(it, n):
    return at_depth(it, n - 1) if n else next(it)


made = chain(endless(), 50)
it = made[-1]
print(next(it), next(it))
limit = sys.getrecursionlimit()
try:
    at_depth(it, limit)
except RecursionError as e:
    print("RecursionError")
print([g.gi_running for g in made[:3]], made[0].gi_frame is not None)
print(next(made[10]), next(it))

print("given up")


class Noisy:
    def __init__(self, what):
        self.what = what

    def __del__(self):
        print("gone", self.what)


def guarded(inner, what):
    try:
        yield from inner
    finally:
        print("closed", what)


inner = endless()
it = guarded(guarded(inner, "inner"), "outer")
print(next(it), next(it))
del it
gc.collect()
print(next(inner, "end"))


def started():
    yield 1
    t = threading.Thread(target=lambda: print("in thread"))
    t.start()
    t.join()
    yield 2
    yield 3


made = chain(started(), 4)
late = chain(endless(), 4)
print(next(late[-1]), next(late[-1]))
print(list(made[-1]))
print(next(late[-1]), next(late[2]), next(late[-1]), next(late[0]))


def from_thread():
    print(next(late[-1]), next(late[1]))


t = threading.Thread(target=from_thread)
t.start()
t.join()
print(next(late[-1]))
