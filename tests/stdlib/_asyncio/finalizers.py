# Exceptions that nobody asked for, and pending tasks, are reported when they die.
import asyncio
import gc


class Loop:
    def get_debug(self):
        return False

    def is_running(self):
        return False

    def call_soon(self, callback, *args, context=None):
        pass

    def call_exception_handler(self, context):
        print(context["message"], sorted(context))


async def coro():
    pass


def collect():
    for _ in range(3):
        gc.collect()


def on_another_frame(f, *args):
    f(*args)
    # What stood on the stack is overwritten.
    return [i for i in range(100)]


loop = Loop()


def future(ask, cycle=False, kind=asyncio.Future):
    f = kind(loop=loop)
    f.set_exception(ValueError("v"))
    if cycle:
        f.set_exception.__self__._cancel_message = f
    if ask:
        f.exception()


def task(log, kind=asyncio.Task):
    c = coro()
    t = kind(c, loop=loop)
    t._log_destroy_pending = log
    c.close()


class Future(asyncio.Future):
    def __del__(self):
        print("__del__ of the subclass")
        super().__del__()


class Task(asyncio.Task):
    pass


for args in ((False,), (True,), (False, True), (False, False, Future), (True, False, Future)):
    print("future", args[:2])
    on_another_frame(future, *args)
    collect()
for args in ((True,), (False,), (True, Task)):
    print("task", args[:1])
    on_another_frame(task, *args)
    collect()
f = asyncio.Future(loop=loop)
f.set_exception(ValueError())
for value in (True, 1, False):
    try:
        f._log_traceback = value
    except ValueError as e:
        print(e)
print(f._log_traceback)
