import gc
import sys
import warnings


async def f():
    pass


def broken(coroutine):
    1 / 0


sys.unraisablehook = lambda u: print(u.exc_type.__name__, u.err_msg.split("<")[0])
original = warnings._warn_unawaited_coroutine
warnings._warn_unawaited_coroutine = broken
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    f()
    gc.collect()
warnings._warn_unawaited_coroutine = original
print([str(w.message) for w in caught])
