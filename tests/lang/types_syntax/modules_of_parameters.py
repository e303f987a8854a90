# Type parameters have no module of their own; type aliases have that of their statement.
import typing


def f[T, *Ts, **P, U: int = str](x: T):
    pass


class C[T: (int, str)]:
    pass


type X[T] = T
for p in *f.__type_params__, *C.__type_params__, *X.__type_params__:
    print(p, p.__module__)
print(X.__module__, type(X).__module__, typing.TypeVar("T").__module__, typing.TypeVar.__module__)
print(type(len).__module__, len.__module__, type(f).__module__, f.__module__, type.__module__, object.__module__)
