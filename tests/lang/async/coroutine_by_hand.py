class Awaitable:
    def __await__(self):
        x = yield "suspended"
        return x + 1

async def f():
    return await Awaitable() + await Awaitable()

c = f()
print(c.send(None), c.send(10))
try:
    c.send(20)
except StopIteration as e:
    print(e.value)
try:
    c.send(None)
except RuntimeError as e:
    print(e)
c = f()
c.close()
print(type(c).__name__, c.cr_frame)
