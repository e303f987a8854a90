import asyncio

async def fail():
    await asyncio.sleep(0)
    raise ValueError("bad")

async def main():
    print(repr((await asyncio.gather(fail(), return_exceptions=True))[0]))
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(fail())
            group.create_task(fail())
    except* ValueError as e:
        print(len(e.exceptions), e.message)
    try:
        await asyncio.wait_for(asyncio.sleep(10), 0.01)
    except TimeoutError:
        print("timeout")

asyncio.run(main())
