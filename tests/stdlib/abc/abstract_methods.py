from abc import ABC, abstractmethod
from collections.abc import Mapping, Iterable, Sequence, Callable
class A(ABC):
    @abstractmethod
    def f(self): pass
    @property
    @abstractmethod
    def p(self): pass
try:
    A()
except TypeError as e:
    print(e)
class B(A):
    def f(self): return 1
    p = 5
print(B().f(), isinstance(B(), A), A.__abstractmethods__ == {"f", "p"})
A.register(int)
print(isinstance(5, A), issubclass(dict, Mapping), isinstance([], Iterable), isinstance("s", Sequence), isinstance(len, Callable))
class M(Mapping):
    def __getitem__(self, k): return k * 2
    def __iter__(self): return iter([1, 2])
    def __len__(self): return 2
print(dict(M()), 1 in M(), M().get(5), list(M().items()))
