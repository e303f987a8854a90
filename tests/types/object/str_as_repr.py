# A class whose __repr__ is object.__str__ has no end.
class C:
    pass


C.__repr__ = C.__str__
for f in (str, repr):
    try:
        f(C())
    except RecursionError:
        print("RecursionError")
