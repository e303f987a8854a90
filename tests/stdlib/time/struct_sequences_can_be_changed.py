# Struct sequences of modules are classes like others; those of the interpreter are fixed.
import os
import resource
import sys
import threading
import time

for value in (
    time.gmtime(0),
    os.stat("/"),
    os.times(),
    os.terminal_size((1, 2)),
    resource.getrusage(resource.RUSAGE_SELF),
    sys.flags,
    sys.version_info,
    sys.float_info,
):
    cls = type(value)
    try:
        cls.extra = 3
        print(cls.__name__, value.extra)
        del cls.extra
        print(hasattr(value, "extra"))
    except TypeError as e:
        print(e)
threading.ExceptHookArgs.extra = 4
print(threading.ExceptHookArgs.extra)
