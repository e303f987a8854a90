# list() and set() of a generator expression, which are loops in place if the names mean the builtins.
import sys
import traceback


def plain(n):
    return list(x * 2 for x in range(n)), set(x % 3 for x in range(n)), list(y for y in ()), set(y for y in ())


print(plain(5))


def nested(n):
    return list(set(x + y for y in range(n)) for x in range(2)), len(list(set(len(list(z for z in range(y))) for y in range(n))))


print(nested(3))


def into_variables():
    x = [1, 2, 3]
    x = list(x + [v] for v in x)
    s = {4}
    s |= set(v for v in s)
    return x, s, f"{list(c for c in 'ab')!r:>12}"


print(into_variables())


def same_name_raises():
    x = "kept"
    try:
        x = list(1 // v for v in (1, 0))
    except ZeroDivisionError:
        pass
    return x


print(same_name_raises())


def shadowed(list, set):
    return list(v for v in "ab"), set(v for v in "ab")


print(shadowed(sorted, "-".join))


class list2(list):
    pass


def replaced():
    global list, set
    list, set = tuple, max
    try:
        return list(v for v in "ab"), set(v for v in "ab")
    finally:
        del list, set


print(replaced(), plain(3))


def failing(kind):
    if kind == 1:
        return list(
            1 // v
            for v in (1, 0)
        )
    if kind == 2:
        return set([v] for v in "a")
    if kind == 3:
        return set(v for v in (1, StopIteration) if next(iter(())))
    return list(sys._getframe(kind).f_code.co_name for v in "a")


for kind in (1, 2, 3):
    try:
        failing(kind)
    except Exception as e:
        print([(f.name, f.line) for f in traceback.extract_tb(e.__traceback__)], repr(e))
print(failing(0))

events = []


def trace(frame, event, arg):
    if frame.f_code.co_name == "watched":
        events.append((frame.f_code.co_name, event, frame.f_lineno - watched.__code__.co_firstlineno))
    return trace


def watched():
    a = list(x for x in "ab")
    b = set(x for x in "a")
    return a, b


sys.settrace(trace)
watched()
sys.settrace(None)
for e in events:
    print(*e)

calls = []
sys.setprofile(lambda frame, event, arg: calls.append((frame.f_code.co_name, event)))
watched()
sys.setprofile(None)
print(calls)


def unfinished():
    def source():
        try:
            yield 1
            yield []
        finally:
            print("source ends")

    it = source()
    try:
        set(x for x in it)
    except TypeError as e:
        print(e)
    it.close()


unfinished()
print(list((yield_ for yield_ in "ab")), set((c for c in "a")), list([c] for c in "ab"), *set(c for c in "a"))
