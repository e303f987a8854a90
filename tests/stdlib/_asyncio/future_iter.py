# The iterator behind `await future`.
import _asyncio
import warnings

warnings.simplefilter("ignore")


class Loop:
    def get_debug(self):
        return False

    def call_soon(self, callback, *args, context=None):
        pass


def show(f, *args):
    try:
        print(repr(f(*args)))
    except StopIteration as e:
        print("end", repr(e.value))
    except BaseException as e:
        print(type(e).__name__, e)


loop = Loop()
f = _asyncio.Future(loop=loop)
i = f.__await__()
print(iter(i) is i, f._asyncio_future_blocking)
show(next, i)
print(f._asyncio_future_blocking)
show(next, i)
show(i.send, 5)
f.set_result((1, 2))
show(i.send, None)
show(next, i)
for v in (None, (), 3, StopIteration(4)):
    f = _asyncio.Future(loop=loop)
    f.set_result(v)
    show(next, iter(f))
f = _asyncio.Future(loop=loop)
f.set_exception(KeyError("k"))
show(next, iter(f))
f = _asyncio.Future(loop=loop)
f.cancel("c")
show(next, iter(f))

f = _asyncio.Future(loop=loop)
i = iter(f)
show(i.throw)
show(i.throw, 5)
show(i.throw, ValueError("x"), "y")
show(i.throw, ValueError, None, 5)
show(next, i)
show(i.throw, ValueError, "x")
show(next, i)
i = iter(f)
show(i.throw, ValueError("x"))
i = iter(f)
print(i.close())
show(next, i)


def delegates(f):
    return (yield from f)


f = _asyncio.Future(loop=loop)
g = delegates(f)
print(next(g) is f)
f.set_result("r")
show(next, g)
