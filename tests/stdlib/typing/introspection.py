from typing import *
print(Optional[int], Union[int, str], List[int], Callable[[int], str], Literal["a", 1], Any, ClassVar[int], TypeVar("T"), NamedTuple("N", [("a", int)])(1), get_type_hints(lambda: 0), get_origin(List[int]), get_args(dict[str, int]))
class P(Protocol):
    def f(self) -> int: ...
@runtime_checkable
class R(Protocol):
    def read(self): ...
class Impl:
    def read(self): pass
print(isinstance(Impl(), R), isinstance(5, R), cast(int, "x"))
class TD(TypedDict, total=False):
    a: int
print(TD(a=1), TD.__optional_keys__, TD.__annotations__)
try:
    P()
except TypeError as e:
    print(e)
