# What a function says of itself before its first call, and what changes nothing of it.
import json.decoder
import textwrap


def f(a, b=2, *args, c, **kwargs):
    "Docstring of f."
    x = (a, "const", 1.5)
    return x


def g(a, b=2, *args, c, **kwargs):
    return a


print(f.__doc__, f.__code__.co_consts, f.__code__.co_names, f.__code__.co_varnames)
print(f.__doc__ is f.__code__.co_consts[0])
f.__code__ = g.__code__
print(f.__doc__, f(1, c=2))
g.__doc__ = "assigned"
print(g.__doc__)
del g.__doc__
print(g.__doc__)

# The library's functions, of which most are never called.
print(textwrap.dedent.__doc__.splitlines()[0])
print(textwrap.indent.__code__.co_varnames[:3], textwrap.indent.__code__.co_argcount)
print(json.decoder.JSONDecoder.decode.__qualname__)
print(textwrap.shorten.__code__ == textwrap.shorten.__code__.replace())
print(textwrap.shorten.__code__ == textwrap.shorten.__code__.replace(co_name="other"))
