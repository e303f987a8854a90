def f(a, *b, **c):
    d = [a]
    for x in b:
        d.append(x)
        e = yield d
        d.append(e)
    yield d, c

g = f(1, 2, 3, k=4)
print(next(g), g.send("p"), g.send("q"))
