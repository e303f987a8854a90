"""Constructors without keyword parameters leave keywords to an `__init__` that a subclass defines."""

import itertools


def subclass(base, *args):
    class Plain(base):
        pass

    class WithInit(base):
        def __init__(self, *args, extra=None):
            self.extra = extra

    made = WithInit(*args, extra=3)
    print(type(made).__name__, made.extra, isinstance(made, base))
    for cls in (base, Plain):
        try:
            cls(*args, extra=3)
        except TypeError as e:
            print(e)


subclass(float, 2.5)
subclass(tuple, [1, 2])
subclass(itertools.chain, [1], [2])
subclass(itertools.cycle, [1])
subclass(itertools.filterfalse, None, [0])
