# A future whose __init__ has not run.
import _asyncio

f = _asyncio.Future.__new__(_asyncio.Future)
t = _asyncio.Task.__new__(_asyncio.Task)


def show(f, *args):
    try:
        print(getattr(f, "__name__", ""), repr(f(*args)))
    except BaseException as e:
        print(getattr(f, "__name__", ""), type(e).__name__, e)


for o in (f, t):
    for name in "_state _asyncio_future_blocking _loop _callbacks _result _exception _source_traceback _cancel_message _log_traceback _asyncio_awaited_by".split():
        print(name, end=" ")
        show(getattr, o, name)
        for value in (True, False):
            try:
                setattr(o, name, value)
                print("  set", getattr(o, name))
            except Exception as e:
                print("  ", type(e).__name__, e)
        try:
            delattr(o, name)
        except AttributeError as e:
            print("  ", e)
    for method in "result exception cancelled done get_loop __iter__ __await__".split():
        show(getattr(o, method))
    show(o.add_done_callback, print)
    show(o.remove_done_callback, print)
    show(o.set_result, 1)
    show(o.set_exception, ValueError())
show(repr, f)
show(f.cancel)
for name in "_coro _fut_waiter _must_cancel _log_destroy_pending".split():
    print(name, getattr(t, name))
for method in (t.get_name, t.get_coro, t.get_context, t.cancelling, t.uncancel, t.cancel):
    show(method)
for call in (lambda: _asyncio.Future(5), lambda: _asyncio.Future(foo=1), lambda: _asyncio.Task(), lambda: _asyncio.Task(5, 6)):
    try:
        call()
    except TypeError as e:
        print(e)
