# exit: 1
class A: pass
a = A()
a.b = A()
try:
    print(a.b.c.d)
except AttributeError:
    data = {"k": [1, 2]}
    data["k"][5]["z"]
