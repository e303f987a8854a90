# Exceptions that only the compiler's own handlers catch have whole tracebacks, too.
import traceback


def frames(e):
    if e is None:
        return None
    found = [(f.name, f.lineno) for f in traceback.extract_tb(e.__traceback__)]
    inner = [frames(x) for x in getattr(e, "exceptions", ())]
    return type(e).__name__, found, frames(e.__context__), inner


def show(f):
    try:
        f()
    except BaseException as e:
        print(frames(e))


def in_clause():
    try:
        raise ExceptionGroup("g", [KeyError(1), TypeError(2)])
    except* LookupError as err:
        raise ValueError("new")
    except* TypeError:
        1 / 0


def in_generator():
    def inner():
        raise StopIteration(4)

    def generator():
        yield 1
        inner()

    list(generator())


def in_coroutine():
    async def coroutine():
        print(next(iter([])))

    coroutine().send(None)


def in_async_generator():
    async def generator():
        if False:
            yield
        raise StopAsyncIteration

    generator().__anext__().send(None)


for f in in_clause, in_generator, in_coroutine, in_async_generator:
    show(f)
