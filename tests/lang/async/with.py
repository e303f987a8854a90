class M:
    async def __aenter__(self):
        print("enter")
        return self
    async def __aexit__(self, kind, value, tb):
        print("exit", kind and kind.__name__)
        return kind is KeyError

async def main():
    async with M() as a, M() as b:
        print(a is not b)
    async with M():
        raise KeyError
    try:
        async with M():
            raise ValueError
    except ValueError:
        print("through")
    try:
        async with 5:
            pass
    except TypeError as e:
        print(e)

try:
    main().send(None)
except StopIteration:
    print("end")
