import asyncio

async def inner(x):
    await asyncio.sleep(0)
    return x * 2

async def main():
    print(await inner(4))
    print(await asyncio.gather(inner(1), inner(2)))
    try:
        await 5
    except TypeError as e:
        print(e)

asyncio.run(main())
