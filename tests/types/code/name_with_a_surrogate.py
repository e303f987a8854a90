# The name is shown as it is.
def f():
    pass


print(ascii(repr(f.__code__.replace(co_name="a\ud800")).split(" at ")[0]))
