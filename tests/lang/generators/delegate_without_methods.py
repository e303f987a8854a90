import sys


class Broken:
    def __iter__(self):
        return self

    def __next__(self):
        return 1

    def __getattr__(self, name):
        1 / 0


def g():
    yield from Broken()


sys.unraisablehook = lambda u: print("unraisable:", u.exc_type.__name__)
for action in [lambda i: i.send(1), lambda i: i.close()]:
    i = g()
    next(i)
    try:
        print(action(i))
    except ZeroDivisionError as e:
        print(e)
