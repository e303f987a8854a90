l = [1, "a", None, [2.5]]
print(l, list("abc"), list(range(3)), list({"k": 1}), list(), [[]] * 2, str([b"x", 'q"']))
l.append(l)
print(l)
class L(list):
    def __repr__(self): return "L" + super().__repr__()
x = L([1]); x.attr = 5
print(x, x + [2], type(x + [2]).__name__, x[:], x.attr, L.__mro__)
try:
    list(5)
except TypeError as e:
    print(e)
try:
    list(a=1)
except TypeError as e:
    print(e)
