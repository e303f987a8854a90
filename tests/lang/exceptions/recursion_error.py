def f(n):
    return f(n + 1)
try:
    f(0)
except RecursionError as e:
    print(e)
class C:
    def __repr__(self): return repr(self)
try:
    repr(C())
except RecursionError as e:
    print("repr")
class D:
    def __getattr__(self, name): return getattr(self, name + "x")
try:
    D().a
except RecursionError as e:
    print("getattr")
def depth(n):
    return n if n == 0 else depth(n - 1)
print(depth(800))
