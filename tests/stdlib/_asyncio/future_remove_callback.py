# remove_done_callback() removes all that are equal; comparing may change the future.
import _asyncio


class Loop:
    def get_debug(self):
        return False

    def call_soon(self, callback, *args, context=None):
        print("call_soon", callback.__name__)


def names(f):
    return f._callbacks and [c.__name__ for c, _ in f._callbacks]


f = _asyncio.Future(loop=Loop())
print(f.remove_done_callback(len))
for callback in (len, abs, len, print, abs, len):
    f.add_done_callback(callback)
print(f.remove_done_callback(len), names(f))
print(f.remove_done_callback(print), names(f))
f.add_done_callback(len)
print(names(f))
print(f.remove_done_callback(abs), names(f))
print(f.remove_done_callback(len), names(f))
f.add_done_callback(print)
f.add_done_callback(abs)
f.set_result(None)
print(f.remove_done_callback(print))


class Changes:
    def __init__(self, future):
        self.future = future

    def __eq__(self, other):
        self.future.remove_done_callback(other)
        return True


f = _asyncio.Future(loop=Loop())
f.add_done_callback(len)
f.add_done_callback(abs)
f.add_done_callback(abs)
print(f.remove_done_callback(Changes(f)) <= 3, names(f))


class Fails:
    def __eq__(self, other):
        raise ValueError("compared")


f.add_done_callback(len)
f.add_done_callback(abs)
try:
    f.remove_done_callback(Fails())
except ValueError as e:
    print(e, names(f))
