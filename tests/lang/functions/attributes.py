def f(a, b=1, *, c=2):
    "The doc."

print(f.__name__, f.__qualname__, f.__module__, f.__doc__, f.__defaults__, f.__kwdefaults__)
f.x = 1
print(f.x, f.__dict__)
del f.x
try:
    f.x
except AttributeError as e:
    print(e)
f.__name__ = "g"
print(f.__name__)
try:
    f.__name__ = 1
except TypeError as e:
    print(e)
print(f.__code__.co_varnames, f.__code__.co_argcount, f.__code__.co_kwonlyargcount)
