# A hint that no size can be is refused, as a C function refuses such an int.
import operator


class Hinted:
    def __init__(self, hint):
        self.hint = hint

    def __length_hint__(self):
        return self.hint

    def __iter__(self):
        return iter(())


for hint in 2**63, -(2**63) - 1, 2**100:
    for f in operator.length_hint, list:
        try:
            f(Hinted(hint))
        except OverflowError as e:
            print(e)
