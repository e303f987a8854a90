from typing import Generic, TypeVar
class A[T]:
    x: T
class B(A[int]): pass
class C[T](A[T]): pass
print(B.__orig_bases__, B.__mro__, C[str], C.__bases__)
T = TypeVar("T")
class D(Generic[T]): pass
print(D[int], D.__parameters__)
try:
    A[int, str]
except TypeError as e:
    print(e)
