async def agen(n):
    try:
        for i in range(n):
            got = yield i
            if got:
                print("got", got)
    finally:
        print("finally")

async def main():
    print([x async for x in agen(3)])
    g = agen(5)
    print(await anext(g), await g.asend("hi"))
    await g.aclose()
    try:
        await anext(g)
    except StopAsyncIteration:
        print("stopped")
    print(await anext(g, "default"))
    g = agen(1)
    await anext(g)
    try:
        await g.athrow(ValueError("v"))
    except ValueError as e:
        print("athrow", e)

try:
    main().send(None)
except StopIteration:
    print("end")
