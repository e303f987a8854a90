# Functions and comprehensions inside annotation scopes do not see the class.
T = U = "global"
class C:
    T = U = "class"
    type Plain = lambda: T
    type Listed = [T for _ in (1,)]
    type Generic[T] = lambda: (T, U)
    type Direct = T
print(C.Plain.__value__(), C.Listed.__value__, C.Direct.__value__)
print(C.Generic.__value__())
class D[T]:
    T = "class"
    def method[U](self, x: (T for _ in (1,)), y: T): pass
print(list(D.method.__annotations__["x"]), D.method.__annotations__["y"])
