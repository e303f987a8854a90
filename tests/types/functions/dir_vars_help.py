class A:
    x = 1
    def f(self): pass
class B(A):
    y = 2
b = B()
b.z = 3
print([n for n in dir(b) if not n.startswith("__")], sorted(vars(b)), vars(B)["y"], type(vars(B)).__name__)
try:
    vars(5)
except TypeError as e:
    print(e)
try:
    vars(B)["q"] = 1
except TypeError as e:
    print(e)
class D:
    def __dir__(self): return ["b", "a"]
print(dir(D()), "__init__" in dir(int), hasattr(1, "real"), getattr(1, "zz", "default"))
