def f(self):
    return super().x
class A: pass
try:
    f(A())
except RuntimeError as e:
    print(e)
class B:
    def g(self):
        return super().missing
try:
    B().g()
except AttributeError as e:
    print(e)
try:
    super(int, "s")
except TypeError as e:
    print(e)
class C:
    def h():
        super()
try:
    C.h()
except RuntimeError as e:
    print(e)
