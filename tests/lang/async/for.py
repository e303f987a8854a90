class Counter:
    def __init__(self, n): self.n, self.i = n, 0
    def __aiter__(self): return self
    async def __anext__(self):
        if self.i >= self.n:
            raise StopAsyncIteration
        self.i += 1
        return self.i

async def main():
    async for x in Counter(3):
        print(x)
    else:
        print("else")
    print([x async for x in Counter(4) if x % 2], {x: 1 async for x in Counter(2)})
    try:
        async for x in [1]:
            pass
    except TypeError as e:
        print(e)

try:
    main().send(None)
except StopIteration:
    print("end")
