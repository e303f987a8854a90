# `__getattr__` is asked when a property raises AttributeError, each time and also if it comes later.
class P:
    def __getattr__(self, name):
        return "asked for " + name

    @property
    def p(self):
        raise AttributeError("no")


class Later:
    @property
    def p(self):
        raise AttributeError("no")


def get(o):
    try:
        return o.p
    except AttributeError as e:
        return e


for _ in range(3):
    print(get(P()), "/", get(Later()))
Later.__getattr__ = lambda self, name: "later"
print(get(Later()))
del P.__getattr__
print(get(P()))
