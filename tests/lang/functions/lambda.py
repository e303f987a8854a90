f = lambda: 1
g = lambda a, b=2, *c, d=4, **e: (a, b, c, d, e)
print(f(), g(1), g(1, 2, 3, d=5, x=6))
print((lambda x: lambda y: x + y)(1)(2))
print(f.__name__, f.__qualname__)
