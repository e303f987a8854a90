# What the documentation of native methods shows is true.
import builtins
import decimal
import doctest
import itertools
import typing

METHODS = [
    bytes.hex,
    bytearray.hex,
    memoryview.hex,
    itertools.batched,
    typing.ParamSpec,
    decimal.Decimal.compare_total,
    decimal.Decimal.copy_sign,
    decimal.Decimal.fma,
    decimal.Decimal.from_float,
    decimal.Decimal.from_number,
    decimal.Decimal.quantize,
    decimal.Context.logical_and,
    decimal.Context.logical_invert,
    decimal.Context.logical_or,
    decimal.Context.logical_xor,
]
for method in METHODS:
    module = {"batched": itertools, "ParamSpec": typing}.get(method.__name__, decimal)
    names = vars(builtins if method.__name__ == "hex" else module)
    examples = doctest.DocTestParser().get_doctest(method.__doc__, dict(names), method.__qualname__, None, 0)
    results = doctest.DocTestRunner().run(examples)
    print(method.__qualname__, results.failed, results.attempted > 0)
