class A:
    def f(self): return "A"
class B:
    def f(self): return "B"
a = A()
a.__class__ = B
print(a.f(), type(a).__name__)
for value in (int, 5):
    try:
        a.__class__ = value
    except TypeError as e:
        print(e)
