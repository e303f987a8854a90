# States of a future, and what each method says in them.
import _asyncio


class Loop:
    def get_debug(self):
        return False

    def call_soon(self, callback, *args, context=None):
        print("call_soon", callback.__name__, args, type(context).__name__)


def show(f, *args):
    try:
        print(f.__name__, repr(f(*args)))
    except BaseException as e:
        print(f.__name__, type(e).__name__, e, repr(e.__cause__))


def ask(f):
    for method in (f.done, f.cancelled, f.result, f.exception):
        show(method)


loop = Loop()
f = _asyncio.Future(loop=loop)
print(f, f.get_loop() is loop, f._callbacks)
ask(f)
f.add_done_callback(len)
f.add_done_callback(print)
f.add_done_callback(len, context=None)
print([c.__name__ for c, _ in f._callbacks])
show(f.set_result, 7)
print(f, f._callbacks)
ask(f)
show(f.set_result, 8)
show(f.set_exception, ValueError())
show(f.cancel)
f.add_done_callback(abs)

print("-- exceptions")
f = _asyncio.Future(loop=loop)
show(f.set_exception, 5)
show(f.set_exception, int)
show(f.set_exception, KeyError)
print(f._log_traceback)
ask(f)
print(f._log_traceback)
f = _asyncio.Future(loop=loop)
show(f.set_exception, StopIteration(3))
show(f.exception)
show(f.result)

print("-- cancelled")
f = _asyncio.Future(loop=loop)
f.add_done_callback(print)
show(f.cancel, "why")
print(f, f._cancel_message)
ask(f)
show(f.cancel)
show(f.set_result, 1)
print(repr(f._make_cancelled_error()))
