# Errors of items stand in the expression, errors of what is done with them in its surroundings.
import traceback


class Hash:
    def __hash__(self):
        raise ValueError('hash')


class Bool:
    def __bool__(self):
        raise ValueError('bool')


class Eq:
    def __eq__(self, other):
        raise KeyError(1)

    def __hash__(self):
        return 1


class NoTruth:
    def __eq__(self, other):
        return Bool()


def attempt(f):
    try:
        print(f())
    except Exception:
        print(traceback.format_exc().replace(__file__, 'FILE'))


attempt(lambda: set(Hash() for _ in range(2)))
attempt(lambda: set([] for _ in range(2)))
attempt(lambda: set(Eq() for _ in range(2)))
attempt(lambda: any(Bool() for _ in range(2)))
attempt(lambda: all(Bool() for _ in range(2)))
attempt(lambda: any(NoTruth() == 1 for _ in range(2)))
attempt(lambda: any(NoTruth() and Bool() for _ in range(2)))
attempt(lambda: any(Eq() == 1 for _ in range(2)))
attempt(lambda: any(
    1 / 0 for _ in range(2)))
attempt(lambda: tuple(
    1 / x for x in (1,
                    0)))
attempt(lambda: list(
    1 / x for x in (1,
                    0)))
attempt(lambda: set(1 / x for x in (1, 0)))
attempt(lambda: list(next(iter([])) for x in (1, 0)))
attempt(lambda: tuple(x for x in 5))
attempt(lambda: list(a for b in (5,) for a in 7))


class Stop:
    def __bool__(self):
        raise StopIteration(6)

    def __hash__(self):
        raise StopIteration(7)


def stop():
    raise StopIteration(5)


for f in (lambda: any(stop() for _ in [1]), lambda: any(Stop() for _ in [1]), lambda: set(Stop() for _ in [1])):
    try:
        f()
    except Exception as e:
        print(repr(e), repr(e.__cause__), repr(e.__context__))
