from contextlib import contextmanager, suppress, ExitStack, closing
@contextmanager
def m(x):
    print("enter", x)
    try:
        yield x
    except KeyError:
        print("caught")
    finally:
        print("exit", x)
with m(1) as v:
    print(v)
with m(2):
    raise KeyError
with suppress(ZeroDivisionError):
    1 / 0
with ExitStack() as stack:
    for i in range(3):
        stack.enter_context(m(i))
    stack.callback(print, "callback")
