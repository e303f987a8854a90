"""What a function dropped is gone after gc.collect(), whatever ran on the native stack before."""

import gc
import weakref


class Thing:
    pass


def sorted_away():
    things = sorted([Thing() for _ in range(4)], key=id)
    references = [weakref.ref(thing) for thing in things]
    del things
    gc.collect()
    return [reference() for reference in references]


def called_away():
    thing = Thing()
    reference = weakref.ref(thing)
    for f in (repr, hash, id, lambda t: t, lambda t: list(map(str, [t]))):
        f(thing)
    del thing
    gc.collect()
    return reference()


def cycled_away():
    first, second = Thing(), Thing()
    first.other, second.other = second, first
    reference = weakref.ref(first)
    del first, second
    gc.collect()
    return reference()


def through_proxy():
    thing = Thing()
    thing.x = 5
    proxy = weakref.proxy(thing)
    x = proxy.x
    del thing
    gc.collect()
    try:
        return proxy.x
    except ReferenceError as e:
        return x, str(e)


for f in sorted_away, called_away, cycled_away, through_proxy:
    print(f.__name__, f())
print(list(map(gc.collect, [])), type(next(map(gc.collect, [2]))))
