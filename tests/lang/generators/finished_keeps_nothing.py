import gc
import weakref


class Thing:
    pass


def gen(thing):
    held = thing
    yield


def made():
    thing = Thing()
    g = gen(thing)
    next(g)
    return g, weakref.ref(thing)


g, ref = made()
g.close()
gc.collect()
print(ref())
