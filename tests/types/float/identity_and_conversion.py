"""The hash of a NaN is that of its identity; a subclass of str may convert itself."""

nan = float("nan")
print(hash(nan) == object.__hash__(nan), hash(float("inf")))


class Text(str):
    def __float__(self):
        return float(str(self)) + 1


print(float(Text("8")), float("8"))

for use in (lambda: 42 @ 42, lambda: 1.5 @ 2, lambda: 2**100 @ 2**100, lambda: True @ False):
    try:
        print(use())
    except TypeError as e:
        print(e)
