async def coroutine(a):
    async with a as b:
        async for i in b:
            await i
    return [x async for x in a]


async def generator(a):
    yield await a


def delegating(a):
    x = yield from a
    return x
