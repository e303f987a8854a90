class A: pass
class B:
    def __repr__(self): return "B()"
class C:
    def __str__(self): return "c"
class D:
    def __repr__(self): return 1
print(str(A()).startswith("<__main__.A object at 0x"), str(B()), [B()], str(C()), f"{B()!s} {C()}")
try:
    repr(D())
except TypeError as e:
    print(e)
class Outer:
    class Inner: pass
print(Outer.Inner, Outer.Inner.__qualname__, Outer.__name__)
def f():
    class Local: pass
    return Local
print(f())
