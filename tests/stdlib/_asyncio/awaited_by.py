# Who waits for a future.
import _asyncio
import asyncio


async def awaits(f):
    await f


async def main():
    f = asyncio.Future()
    print(f._asyncio_awaited_by)
    tasks = [asyncio.create_task(awaits(f)) for _ in range(3)]
    for expected in (0, 3):
        print(expected, f._asyncio_awaited_by and f._asyncio_awaited_by == set(tasks))
        await asyncio.sleep(0)
    f.set_result(None)
    await asyncio.gather(*tasks)
    print(f._asyncio_awaited_by)
    f = asyncio.Future()
    _asyncio.future_add_to_awaited_by(f, tasks[0])
    _asyncio.future_add_to_awaited_by(f, tasks[0])
    print(type(f._asyncio_awaited_by), f._asyncio_awaited_by == {tasks[0]})
    _asyncio.future_add_to_awaited_by(f, 5)
    _asyncio.future_add_to_awaited_by(5, f)
    _asyncio.future_discard_from_awaited_by(f, tasks[1])
    _asyncio.future_add_to_awaited_by(f, tasks[1])
    _asyncio.future_discard_from_awaited_by(f, tasks[0])
    print(f._asyncio_awaited_by == {tasks[1]})
    _asyncio.future_discard_from_awaited_by(f, tasks[1])
    _asyncio.future_discard_from_awaited_by(5, 5)
    print(f._asyncio_awaited_by)


asyncio.run(main())
