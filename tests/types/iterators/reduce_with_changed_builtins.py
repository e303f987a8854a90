import builtins


class Key(str):
    iterator = None

    def __hash__(self):
        return hash(str(self))

    def __eq__(self, other):
        list(self.iterator)
        return str(self) == other


def run(name, iterator):
    d = builtins.__dict__
    original = d.pop(name)
    key = Key(name)
    key.iterator = iterator
    d[key] = original
    try:
        return iterator.__reduce__()
    finally:
        del d[name]
        d[name] = original


for name, iterator in [("iter", iter("xyz")), ("iter", iter([1, 2])), ("iter", iter((1, 2))),
                       ("iter", iter(b"ab")), ("reversed", reversed([1, 2]))]:
    print(run(name, iterator))
