# An exception that an asynchronous iterator raises belongs to the whole comprehension.
import traceback


async def broken():
    raise ValueError("in the iterator")
    yield


async def all():
    return [x async for x in broken()]


try:
    all().send(None)
except ValueError:
    traceback.print_exc()
