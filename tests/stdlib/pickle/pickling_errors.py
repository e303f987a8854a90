# Errors of objects that cannot be pickled, with the notes that say where.
import io
import pickle


class Reduces:
    def __init__(self, result):
        self.result = result

    def __reduce__(self):
        return self.result

    def __repr__(self):
        return "<object>"


class Unpicklable:
    def __reduce__(self):
        raise ZeroDivisionError("no")


def attempt(obj, protocol):
    try:
        print(pickle.dumps(obj, protocol))
    except Exception as e:
        print(protocol, type(e).__name__, e, getattr(e, "__notes__", None))


def outer():
    class Local:
        pass

    return Local


bad = Unpicklable()
for protocol in (1, 2, 4):
    for obj in [
        Reduces([print, ()]), Reduces((print,)), Reduces((print,) + ((),) * 6), Reduces((42, ())),
        Reduces((print, [])), Reduces((print, (bad,))), Reduces((print, (), bad)),
        Reduces((print, (), None, 42)), Reduces((print, (), None, None, 42)),
        Reduces((print, (), 1, None, None, 42)), Reduces((print, (), None, iter([bad]))),
        Reduces((print, (), None, None, iter([(1, bad)]))), Reduces("nowhere"), outer(),
        [1, bad], (1, (bad,)), {"a": {2: bad}}, {bad}, frozenset([bad]),
    ]:
        attempt(obj, protocol)
deep = []
for _ in range(100000):
    deep = [deep]
try:
    pickle.dumps(deep)
except RecursionError as e:
    print(type(e).__name__)
while deep:
    deep = deep[0]


class Reentrant:
    def __reduce__(self):
        pickler.dump(1)
        return int, ()


pickler = pickle.Pickler(io.BytesIO())
try:
    pickler.dump(Reentrant())
except RuntimeError as e:
    print(e)
