def f(a, *args, b=2, **kw):
    def g():
        return a, args, b, kw
    a += 1
    return g

print(f(1, 2, 3, b=4, c=5)())
