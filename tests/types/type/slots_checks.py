# The order in which `__slots__` is checked, and what a class gets.
def show(slots, *bases, **namespace):
    try:
        made = type("C", bases, {"__slots__": slots, **namespace})
        print(sorted(k for k in vars(made) if k in ("x", "__dict__", "__weakref__")))
    except (TypeError, ValueError) as error:
        print(type(error).__name__, error)


class B:
    pass


show(("x",), type)
show(("x y",), type)
show((1,), type)
show((), type)
show(("x", "__dict__"), B, x=1)
show(("x", "x y"), x=1)
show(("x",), x=1)
show(("__weakref__",), Exception)
show(("__weakref__", "__weakref__"))
