class E(Exception):
    def __new__(cls, *args):
        return cls


def plain():
    yield


def catching():
    try:
        yield
    except TypeError as e:
        yield str(e)[:7]


g = plain()
try:
    g.throw(E)
except TypeError as e:
    print(e)
print(next(g, "finished"))
g = catching()
next(g)
print(g.throw(E))
