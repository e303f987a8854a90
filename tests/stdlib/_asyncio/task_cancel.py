# Cancelling: messages, counts, who is told.
import asyncio


async def sleeps():
    try:
        await asyncio.sleep(10)
    except asyncio.CancelledError as e:
        print("cancelled", e.args)
        raise


async def stubborn():
    try:
        await asyncio.sleep(10)
    except asyncio.CancelledError as e:
        return e.args


async def outcome(task):
    try:
        print("->", await task)
    except asyncio.CancelledError as e:
        print("->", e.args, repr(e.__context__))
    print(task.done(), task.cancelled(), task.cancelling(), task._must_cancel, task._cancel_message)


async def main():
    task = asyncio.Task(sleeps())
    print(task.cancel("early"), task._must_cancel, task.cancelling())
    await outcome(task)
    task = asyncio.Task(sleeps())
    await asyncio.sleep(0)
    print(task.cancel("late"), task._must_cancel, task._fut_waiter.cancelled())
    await outcome(task)
    print(task.cancel())
    task = asyncio.Task(stubborn())
    await asyncio.sleep(0)
    task.cancel("a")
    task.cancel("b")
    await outcome(task)

    async def counts():
        task = asyncio.current_task()
        print(task.uncancel(), task.cancel("x"), task.cancel("y"), task.cancelling())
        print(task.uncancel(), task._must_cancel, task.uncancel(), task._must_cancel)
        await asyncio.sleep(0)
        return "went on"

    await outcome(asyncio.Task(counts()))

    async def before_waiting():
        asyncio.current_task().cancel("before waiting")
        await asyncio.Future()

    await outcome(asyncio.Task(before_waiting()))

    async def before_end():
        asyncio.current_task().cancel("before the end")
        return 3

    await outcome(asyncio.Task(before_end()))

    async def awaits(other):
        await other

    inner = asyncio.Task(sleeps())
    outer = asyncio.Task(awaits(inner))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    outer.cancel("through")
    await outcome(outer)
    print(inner.cancelled())
    f = asyncio.Future()
    f.cancel("future")
    await outcome(asyncio.Task(awaits(f)))


asyncio.run(main())
