def inner():
    x = yield 1
    print("inner got", x)
    try:
        yield 2
    except KeyError:
        print("inner caught")
        yield 3
    return "result"
def outer():
    r = yield from inner()
    print("r =", r)
    yield from [10, 20]
    yield from "ab"

g = outer()
print(next(g), g.send("hello"), g.throw(KeyError), list(g))
