class C:
    def f(self): return 1
    value = "class"
c = C()
def call():
    return [c.f(), c.value]
for _ in range(3): call()
print(call())
C.f = lambda self: 2
print(call())
c.f = lambda: 3
print(call())
del c.f
del C.value
try:
    call()
except AttributeError as e:
    print(e)
C.value = property(lambda self: "property")
print(call())
class D(C):
    f = lambda self: "D"
c.__class__ = D
print(call())
C.__getattr__ = lambda self, name: name
print(c.missing)
