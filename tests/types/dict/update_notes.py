# Elements of an update that are no pairs: a note says which one.
class Broken:
    def __init__(self, error):
        self.error = error

    def __iter__(self):
        raise self.error


for pairs in [1], [(1, 2), 5], [(1, 2, 3)], [Broken(TypeError("t"))], [Broken(ValueError("v"))]:
    try:
        dict(pairs)
    except Exception as error:
        print(type(error).__name__, error, getattr(error, "__notes__", None))


class C(dict):
    pass


for use in lambda: {C(): 1}, lambda: {C()}, lambda: {}.get(C()):
    try:
        use()
    except TypeError as error:
        print(error)
