# Names, reprs, stacks.
import asyncio
import io
import re


async def f(g):
    await g


def show(v):
    print(re.sub(r"0x[0-9a-f]+", "0x", re.sub(r"(running|defined) at [^>]*:", r"\1 at FILE:", repr(v))))


class Named:
    def __str__(self):
        return "by __str__"


async def main():
    task = asyncio.Task(f(asyncio.sleep(0)))
    first = int(task.get_name().partition("-")[2])
    print(task.get_name() is task.get_name())
    await task
    for name in ("x", "", 5, Named()):
        task = asyncio.Task(f(asyncio.sleep(0)), name=name)
        print(repr(task.get_name()))
        task.set_name(name)
        print(repr(task.get_name()))
        await task
    second = asyncio.Task(f(asyncio.sleep(0)))
    print(int(second.get_name().partition("-")[2]) - first)
    await second
    future = asyncio.Future()
    task = asyncio.Task(f(future), name="t")
    show(task)
    print([frame.f_code.co_name for frame in task.get_stack()])
    await asyncio.sleep(0)
    show(task)
    show(future)
    show(future._callbacks[0][0])
    out = io.StringIO()
    task.print_stack(file=out)
    print(out.getvalue().count("\n"), [frame.f_code.co_name for frame in task.get_stack(limit=1)], task.get_stack(limit=0))
    task.cancel()
    show(task)
    try:
        await task
    except asyncio.CancelledError:
        show(task)
        show(future)
    print(task.get_stack(), task.get_coro().cr_frame, task._coro is task.get_coro())

    class MyTask(asyncio.Task):
        pass

    task = MyTask(f(asyncio.sleep(0)), name="m")
    task.attribute = 1
    show(task)
    await task
    print(task.attribute, asyncio.Task[int], asyncio.Future[str])


asyncio.run(main())
