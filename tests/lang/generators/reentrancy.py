def f():
    try:
        next(g)
    except ValueError as e:
        print(e)
    yield 1
g = f()
print(next(g))
