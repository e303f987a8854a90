# A type parameter without a default evaluates to NoDefault.
import typing

for p in typing.TypeVar("T"), typing.ParamSpec("P"), typing.TypeVarTuple("Ts"):
    print(p.evaluate_default, p.evaluate_default(1), p.has_default())
print(typing.TypeVar("T").evaluate_bound)
