# The message has what `str` makes of the name.
import pickle


class Name(str):
    def __str__(self):
        return "shown"


class C:
    def __reduce__(self):
        return Name("sought")

    def __repr__(self):
        return "C()"


try:
    pickle.dumps(C())
except pickle.PicklingError as e:
    print(e)
    print(repr(e.__context__))
