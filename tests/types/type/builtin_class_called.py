# A builtin class that is called again and again: `str(x)` gives what `__str__` gives, without calling `__init__`
# of its class, and errors stay what they are at the first call.
class Text(str):
    def __init__(self, *args):
        print("init", type(self).__name__, len(args))


class Shown:
    def __str__(self):
        return Text("shown")


for _ in range(3):
    print(type(str(Shown())).__name__)
    print(str(b"abc", "ascii"), int("ff", 16), float("1.5"), bytes([65]), tuple("ab"), bool([]))
    for wrong in [
        lambda: str(b"abc", 1),
        lambda: str(1, 2, 3, 4),
        lambda: int(1, 2, 3),
        lambda: float(1, 2),
        lambda: bool(1, 2),
        lambda: type(1, 2),
        lambda: type(),
        lambda: int.__new__(),
        lambda: int.__new__(str, 1),
        lambda: "abc".find(),
        lambda: len(),
        lambda: len([], []),
        lambda: [].append(),
    ]:
        try:
            print(wrong())
        except TypeError as e:
            print(e)
