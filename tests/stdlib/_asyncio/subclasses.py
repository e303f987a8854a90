# Methods that subclasses override are called.
import asyncio


class Future(asyncio.Future):
    def add_done_callback(self, callback, *, context=None):
        print("add_done_callback", callback.__name__)
        super().add_done_callback(callback, context=context)

    def result(self):
        print("result")
        return super().result()

    def cancel(self, msg=None):
        print("cancel", msg)
        return super().cancel(msg)

    def get_loop(self):
        print("get_loop")
        return super().get_loop()

    def __await__(self):
        print("__await__")
        return super().__await__()

    @property
    def _asyncio_future_blocking(self):
        print("get blocking")
        return super()._asyncio_future_blocking

    @_asyncio_future_blocking.setter
    def _asyncio_future_blocking(self, value):
        print("set blocking", value)
        asyncio.Future._asyncio_future_blocking.__set__(self, value)


class Task(asyncio.Task):
    def __init__(self, *args, **kwargs):
        print("__init__", sorted(kwargs))
        super().__init__(*args, **kwargs)

    def set_result(self, result):
        print("never called")

    def done(self):
        print("done")
        return super().done()

    def get_loop(self):
        print("get_loop of task")
        return super().get_loop()

    def cancel(self, msg=None):
        print("cancel of task", msg)
        return super().cancel(msg)


async def awaits(f):
    return await f


async def main():
    loop = asyncio.get_running_loop()
    f = Future()
    task = Task(awaits(f), loop=loop, name="n")
    await asyncio.sleep(0)
    f.set_result(5)
    print(await task)
    f = Future()
    task = Task(awaits(f))
    await asyncio.sleep(0)
    print(task.cancel("message"))
    try:
        await task
    except asyncio.CancelledError as e:
        print(e.args)
    task = Task(awaits(asyncio.sleep(0, "slept")))
    await asyncio.sleep(0)
    print(task in asyncio.all_tasks())
    outer = asyncio.create_task(awaits(task))
    print(await outer)
    loop.set_task_factory(lambda loop, coro, **kwargs: Task(coro, loop=loop, **kwargs))
    print(await asyncio.create_task(awaits(asyncio.sleep(0, "made"))))


asyncio.run(main())
