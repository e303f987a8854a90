"""The hash of a NaN is that of its identity, whatever the class."""


class Mixin:
    def __hash__(self):
        return 42


class Float(float, Mixin):
    pass


for value in float("nan"), Float("nan"):
    print(hash(value) == object.__hash__(value), value in {value}, hash(value) == hash(value))
print(hash(Float(1.0)), hash(Float("inf")))
