import gc
import warnings


async def numbers():
    yield 1


for name, args in [("__anext__", ()), ("asend", (None,)), ("athrow", (ValueError,)), ("aclose", ())]:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        g = numbers()
        getattr(g, name)(*args)
        gc.collect()
    print([str(w.message) for w in caught])
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        g = numbers()
        try:
            getattr(g, name)(*args).send(None)
        except (StopIteration, ValueError):
            pass
        gc.collect()
    print([str(w.message) for w in caught])
