class A:
    def __add__(self, o): return NotImplemented
    def __radd__(self, o): return "A.radd"
class B:
    def __add__(self, o): return "B.add"
    def __radd__(self, o): return "B.radd"
class C(B):
    def __radd__(self, o): return "C.radd"
print(A() + B(), 1 + A(), B() + C(), B() + 1, C() + B())
try:
    A() + 1
except TypeError as e:
    print(e)
