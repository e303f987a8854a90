# The KeyError of an OrderedDict takes a tuple for all its arguments.
from collections import OrderedDict

for key in "a", None, (), (1,), (1, 2):
    for method in OrderedDict().pop, OrderedDict().move_to_end, OrderedDict().__getitem__:
        try:
            method(key)
        except KeyError as e:
            print(repr(e))
