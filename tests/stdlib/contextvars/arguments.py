# What contextvars refuses.
import contextvars


class Unhashable(str):
    __hash__ = None


def show(function, *args, **kwargs):
    try:
        function(*args, **kwargs)
    except TypeError as e:
        print(e)


show(contextvars.ContextVar)
show(contextvars.ContextVar, 1)
show(contextvars.ContextVar, name="a")
show(contextvars.ContextVar, Unhashable("a"))
show(contextvars.Context().run)
show(contextvars.Context, 1)
show(contextvars.Context().get)
