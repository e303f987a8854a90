# What a task does with what its coroutine yields, and with how it ends.
import asyncio
import collections.abc


async def run(coro, **kwargs):
    try:
        print("result", repr(await asyncio.Task(coro, **kwargs)))
    except BaseException as e:
        print(type(e).__name__, str(e).replace(repr(coro), "CORO"))


class Yields:
    def __init__(self, *values):
        self.values = values

    def __await__(self):
        for v in self.values:
            try:
                yield v
            except RuntimeError as e:
                print("thrown", str(e).partition(" in task ")[0].partition(": ")[0])
        return "end"


async def wait(*values):
    return await Yields(*values)


class Duck:
    """A future of another kind."""

    _asyncio_future_blocking = False

    def __init__(self, loop):
        self._loop = loop

    def add_done_callback(self, callback, *, context):
        print("add_done_callback", callback.__name__, callback.__qualname__, type(context).__name__)
        self._loop.call_soon(callback, self, context=context)

    def result(self):
        print("result", self._asyncio_future_blocking)

    def __await__(self):
        self._asyncio_future_blocking = True
        yield self
        return "duck"


class Coroutine(collections.abc.Coroutine):
    """A coroutine of another kind."""

    def send(self, value):
        print("send", value)
        raise StopIteration("sent")

    def throw(self, *args):
        print("throw", args)
        raise StopIteration("thrown")

    def close(self):
        pass

    def __await__(self):
        return self


async def itself():
    await asyncio.current_task()


async def raises(e):
    raise e


async def value(v):
    return v


async def main():
    loop = asyncio.get_running_loop()
    await run(value(StopIteration(1)))
    await run(value((1, 2)))
    await run(raises(ValueError("v")))
    await run(raises(StopIteration("s")))
    await run(raises(asyncio.CancelledError("c")))
    await run(wait(None, None))
    await run(wait(5, "x", object))
    await run(wait((i for i in ())))
    await run(wait(asyncio.Future()))
    other = asyncio.new_event_loop()
    await run(wait(asyncio.Future(loop=other)))
    other.close()
    await run(itself())
    duck = Duck(loop)

    async def awaits_duck():
        return await duck

    await run(awaits_duck())
    await run(Coroutine())
    task = asyncio.Task(Coroutine())
    task.cancel()
    print(await task)
    for bad in (5, value, [], (i for i in ())):
        try:
            asyncio.Task(bad)
        except TypeError as e:
            print(str(e)[:32])


asyncio.run(main())
