# Clearing the frame of a coroutine that never ran is the end of it, and warned of.
import warnings


async def coroutine():
    pass


def generator():
    yield


with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    c = coroutine()
    c.cr_frame.clear()
    print([str(w.message) for w in caught])
    c.close()
    g = generator()
    g.gi_frame.clear()
    print(list(g), len(caught))
