# What `sys.unraisablehook` is told of where an exception came up.
import atexit
import gc
import io
import os
import re
import sys
import warnings
import weakref


def hook(args):
    message = re.sub(" at 0x[0-9a-f]*", "", str(args.err_msg))
    print(args.exc_type.__name__, message, args.object)


def boom(*args):
    raise ValueError


class Deleted:
    def __del__(self):
        1 / 0


class Stream(io.RawIOBase):
    def close(self):
        1 / 0


def generator():
    try:
        yield
    finally:
        1 / 0


class Plain:
    pass


sys.unraisablehook = hook

x = Deleted()
del x
gc.collect()

x = Plain()
reference = weakref.ref(x, boom)
del x
gc.collect()

atexit.register(boom)
atexit._run_exitfuncs()

os.register_at_fork(before=boom)
if os.fork() == 0:
    os._exit(0)
os.wait()

gc.callbacks.append(boom)
gc.collect()
gc.callbacks.clear()

warnings.simplefilter("error")
x = open(os.devnull, "rb", buffering=0)
del x
gc.collect()

x = Stream()
del x
gc.collect()

x = generator()
next(x)
del x
gc.collect()
