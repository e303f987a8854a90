# `__dict__` can be replaced and deleted, but not deleted where a builtin type has it.
import functools
from collections import OrderedDict


class Plain:
    pass


class Error(Exception):
    pass


class Mixed(Plain, Exception):
    pass


class Listed(list):
    pass


class Ordered(OrderedDict):
    pass


def function():
    pass


class Partial(functools.partial):
    pass


for instance in (
    Plain(),
    Listed(),
    ValueError(),
    Error(),
    Mixed(),
    OrderedDict(),
    Ordered(),
    function,
    Partial(function),
    functools.lru_cache(function),
    staticmethod(function),
    classmethod(function),
):
    name = type(instance).__name__
    for change in "delete", None, 3, {"key": 1}:
        try:
            if change == "delete":
                del instance.__dict__
            else:
                instance.__dict__ = change
            print(name, change, instance.__dict__.get("key"))
        except (TypeError, AttributeError) as e:
            print(name, change, type(e).__name__, e)
