import asyncio

async def producer(queue):
    for i in range(5):
        await queue.put(i)
    await queue.put(None)

async def consumer(queue):
    total = 0
    while (item := await queue.get()) is not None:
        total += item
    return total

async def main():
    queue = asyncio.Queue(2)
    task = asyncio.create_task(producer(queue))
    print(await consumer(queue), task.done() or await task)
    task = asyncio.create_task(asyncio.sleep(100))
    await asyncio.sleep(0)
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        print("cancelled", task.cancelled())

asyncio.run(main())
