# Some messages name a class in full.
class Outer:
    class Inner:
        pass


class Elsewhere:
    pass


Elsewhere.__module__ = "place"
for value in Outer.Inner(), Elsewhere():
    for call in complex, lambda v: complex(1, v), lambda v: complex(real=v), lambda v: str(b"", v):
        try:
            call(value)
        except TypeError as e:
            print(e)
