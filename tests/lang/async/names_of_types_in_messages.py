# `async for` names types as most messages do: without a module if they are Python classes.
import collections


class C:
    def __init__(self, iterator=None):
        if iterator is not None:
            type(self).__aiter__ = lambda self: iterator


class D:
    def __aiter__(self):
        return self

    def __anext__(self):
        return self


async def loop(c):
    async for _ in c:
        pass


for c in C(), collections.deque(), type("E", (), {"__aiter__": lambda self: C()})(), D():
    try:
        loop(c).send(None)
    except TypeError as e:
        print(e, repr(e.__cause__))
