async def ident(x): return x
async def agen():
    for i in range(4):
        yield i

async def main():
    print([await ident(i) for i in range(3)])
    print({await ident(i) async for i in agen() if await ident(i) > 1})
    print([[await ident(i + j) for j in range(2)] for i in range(2)])
    g = (await ident(i) for i in range(2))
    print(type(g).__name__, [x async for x in g])

try:
    main().send(None)
except StopIteration:
    print("end")
