# How many arguments there are, and how many there must be.
from typing import Generic, ParamSpec, TypeVar

T = TypeVar("T")
U = TypeVar("U")
D = TypeVar("D", default=str)
P = ParamSpec("P")


class Three(Generic[T, U, D]):
    pass


class Two(Generic[T, U]):
    pass


for variable in T, U, D:
    for args in (), (int,), (int, str), (int, str, bytes):
        try:
            print(variable, variable.__typing_prepare_subst__(Three, args))
        except TypeError as e:
            print(e)
print(Three[int, str].__args__)
for cls in Two, Three:
    try:
        cls[int]
    except TypeError as e:
        print(e)
