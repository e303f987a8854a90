# What generated programs find in their namespace.
import array
import binascii
import bisect
import cmath
import collections
import datetime
import decimal
import functools
import heapq
import io
import itertools
import math
import operator
import re
import struct
import types
import unicodedata

# One object: whether two of equal bits are one is the implementation's, and containers ask for it.
NAN = float("nan")
BINARY = {
    "add": "+", "sub": "-", "mul": "*", "matmul": "@", "truediv": "/", "floordiv": "//",
    "mod": "%", "divmod": "divmod", "pow": "**", "lshift": "<<", "rshift": ">>",
    "and": "&", "xor": "^", "or": "|",
}


class V:
    """A value that writes down the operations it takes part in."""

    def __init__(self, text):
        self.text = text

    def __repr__(self):
        return self.text

    def __hash__(self):
        return hash(self.text)

    def __neg__(self):
        return V(f"-{self}")

    def __getitem__(self, key):
        return V(f"{self}[{key}]")


def _operators():
    def make(form):
        return lambda self, other: V(form.format(self, other))

    for name, sign in BINARY.items():
        setattr(V, f"__{name}__", make("({}" + sign + "{})"))
        setattr(V, f"__r{name}__", make("(r {1}" + sign + "{0})"))
    for name, sign in (("lt", "<"), ("le", "<="), ("eq", "=="), ("ne", "!="), ("gt", ">"), ("ge", ">=")):
        setattr(V, f"__{name}__", make("({}" + sign + "{})"))


_operators()


class I:
    """An object that is an integer by `__index__` alone."""

    def __init__(self, value):
        self.value = value

    def __index__(self):
        return self.value

    def __repr__(self):
        return f"I({self.value})"


class F:
    """An object that is a float by `__float__` alone."""

    def __init__(self, value):
        self.value = value

    def __float__(self):
        return self.value

    def __repr__(self):
        return f"F({self.value})"


class SubInt(int):
    pass


class SubFloat(float):
    def __repr__(self):
        return f"SubFloat({super().__repr__()})"


class SubStr(str):
    def __str__(self):
        return "sub"


class SubBytes(bytes):
    pass


class SubList(list):
    def __len__(self):
        return 1


class SubTuple(tuple):
    pass


class SubDict(dict):
    def __missing__(self, key):
        return ("missing", key)


class SubSet(set):
    pass


class P:
    """A point: attributes, a property, slots, and patterns by position."""

    __slots__ = ("x", "y")
    __match_args__ = ("x", "y")

    def __init__(self, x=1, y=2):
        self.x = x
        self.y = y

    def __repr__(self):
        return f"P({self.x!r}, {self.y!r})"

    def __eq__(self, other):
        return (self.x, self.y) == (other.x, other.y) if isinstance(other, P) else NotImplemented

    def __hash__(self):
        return hash((self.x, self.y))

    @property
    def sum(self):
        return self.x + self.y


class Seq:
    """A sequence by `__getitem__` and `__len__`."""

    def __init__(self, *items):
        self.items = items

    def __getitem__(self, index):
        return self.items[index]

    def __len__(self):
        return len(self.items)

    def __repr__(self):
        return f"Seq{self.items!r}"


class It:
    """An iterator over its arguments; an exception among them is raised."""

    def __init__(self, *items):
        self.items = list(items)

    def __iter__(self):
        return self

    def __next__(self):
        if not self.items:
            raise StopIteration
        item = self.items.pop(0)
        if isinstance(item, BaseException):
            raise item
        return item

    def __repr__(self):
        return f"It{tuple(self.items)!r}"


class Map:
    """A mapping by `keys` and `__getitem__`."""

    def __init__(self, **items):
        self.items_ = items

    def keys(self):
        return self.items_.keys()

    def __getitem__(self, key):
        return self.items_[key]

    def __repr__(self):
        return f"Map(**{self.items_!r})"


class CM:
    """A context manager that says what happens, and swallows what it is told to."""

    def __init__(self, name, swallow=()):
        self.name = name
        self.swallow = swallow

    def __enter__(self):
        print("enter", self.name)
        return self.name

    def __exit__(self, kind, value, trace):
        print("exit", self.name, kind and kind.__name__, value)
        return kind is not None and issubclass(kind, self.swallow)

    async def __aenter__(self):
        print("aenter", self.name)
        await Pause("enter")
        return self.name

    async def __aexit__(self, kind, value, trace):
        print("aexit", self.name, kind and kind.__name__, value)
        return kind is not None and issubclass(kind, self.swallow)


class Pause:
    def __init__(self, value):
        self.value = value

    def __await__(self):
        got = yield self.value
        return (self.value, got)


class AIter:
    def __init__(self, *items):
        self.items = list(items)

    def __aiter__(self):
        return self

    async def __anext__(self):
        if not self.items:
            raise StopAsyncIteration
        await Pause("next")
        return self.items.pop(0)


def run(awaitable):
    """Drives a coroutine to its end and says at what it paused."""
    pauses = []
    coroutine = awaitable.__await__()
    try:
        paused = next(coroutine)
        while True:
            pauses.append(paused)
            paused = coroutine.send(len(pauses))
    except StopIteration as stop:
        return stop.value, pauses


def drive(generator, *steps):
    """Sends values and throws exceptions into a generator, then closes it."""
    seen = []
    try:
        seen.append(next(generator))
        for step in steps:
            if isinstance(step, BaseException):
                seen.append(generator.throw(step))
            else:
                seen.append(generator.send(step))
    except StopIteration as stop:
        seen.append(("return", stop.value))
    except Exception as error:
        seen.append(("raised", type(error).__name__, str(error)))
    finally:
        try:
            generator.close()
        except Exception as error:
            seen.append(("close", type(error).__name__, str(error)))
    return seen


def fun(a, b=2, /, c=3, *args, d=4, **kw):
    "A function with every kind of parameter."
    return (a, b, c, args, d, kw)


def gen(n=3):
    got = yield "first"
    for i in range(n):
        got = yield (i, got)
    return "end"


async def coro(x=1):
    got = await Pause(x)
    return (x, got)


async def agen(n=2):
    for i in range(n):
        await Pause(i)
        got = yield i
        if got is not None:
            print("got", got)


def adder(n):
    def add(x=1):
        return x + n
    return add


def frame():
    import sys
    local = 1
    return sys._getframe()


def trace():
    try:
        1 / 0
    except ZeroDivisionError as error:
        return error.__traceback__


def cell(value=1):
    def inner():
        return value
    return inner.__closure__[0]


def raiser(error):
    raise error


class Desc:
    """A data descriptor that says how it is used."""

    def __set_name__(self, owner, name):
        self.name = name
        print("set_name", owner.__name__, name)

    def __get__(self, instance, owner=None):
        return ("get", self.name, instance is None, owner and owner.__name__)

    def __set__(self, instance, value):
        print("set", self.name, value)

    def __delete__(self, instance):
        print("delete", self.name)


class Meta(type):
    def __call__(cls, *args, **kw):
        print("call", cls.__name__, args, kw)
        return super().__call__(*args, **kw)

    def __prepare__(name, bases, **kw):
        print("prepare", name, [b.__name__ for b in bases], kw)
        return {}

    def __new__(meta, name, bases, space, **kw):
        return super().__new__(meta, name, bases, space)

    def __init__(cls, name, bases, space, **kw):
        super().__init__(name, bases, space)

    def __instancecheck__(cls, instance):
        return instance == 1

    def __getattr__(cls, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return f"{cls.__name__}.{name}"


def abstract(hook):
    """An abstract base class that decides with a function who its subclasses are."""
    from abc import ABCMeta
    return ABCMeta("Abstract", (), {"__subclasshook__": classmethod(hook)})


def syntax(source, mode, flags=0):
    """What compiling a source gives, with all that its error knows."""
    try:
        code = compile(source, "source", mode, flags, dont_inherit=True)
    except SyntaxError as e:
        return (type(e).__name__, e.args, e.msg, e.lineno, e.offset, e.end_lineno, e.end_offset, e.text)
    return type(code).__name__


def symbols(source):
    """The symbol table of a source."""
    import symtable
    try:
        table = symtable.symtable(source, "source", "exec")
    except SyntaxError as e:
        return (type(e).__name__, e.args)

    def walk(table):
        names = sorted(
            (s.get_name(), s.is_referenced(), s.is_parameter(), s.is_global(), s.is_local(),
             s.is_free(), s.is_nonlocal(), s.is_imported(), s.is_assigned(), s.is_annotated())
            for s in table.get_symbols() if s.get_name()[0] != ".")
        return (str(table.get_type()), table.get_name(), table.get_lineno(), table.is_nested(),
                names, [walk(child) for child in table.get_children()])

    return walk(table)


def groups(found):
    """The structure of an exception group, or of several."""
    if isinstance(found, tuple):
        return tuple(groups(f) for f in found)
    if not isinstance(found, BaseExceptionGroup):
        return repr(found)
    return (type(found).__name__, found.message, [groups(e) for e in found.exceptions],
            getattr(found, "__notes__", None), repr(found.__cause__), repr(found.__context__))
