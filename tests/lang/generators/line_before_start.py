# The frame of a generator that has not been started is at the line of its definition.


def generator():

    yield 1


async def coroutine():

    pass


@(lambda f: f)
def decorated():
    yield 1


async def asynchronous():

    yield


for f in (generator, coroutine, decorated, asynchronous, lambda: (yield)):
    g = f()
    for name in ("gi_frame", "cr_frame", "ag_frame"):
        frame = getattr(g, name, None)
        if frame:
            print(name, frame.f_lineno - f.__code__.co_firstlineno)
    if f is coroutine:
        g.close()
g = generator()
next(g)
print(g.gi_frame.f_lineno - generator.__code__.co_firstlineno)
