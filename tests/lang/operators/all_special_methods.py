class V:
    def __getattr__(self, name): raise AttributeError(name)
names = "add sub mul truediv floordiv mod pow matmul lshift rshift and or xor".split()
symbols = "+ - * / // % ** @ << >> & | ^".split()
body = {}
for name in names:
    body[f"__{name}__"] = lambda self, o, name=name: name
    body[f"__r{name}__"] = lambda self, o, name=name: "r" + name
    body[f"__i{name}__"] = lambda self, o, name=name: "i" + name
C = type("C", (), body)
for s in symbols:
    x = C()
    print(s, eval(f"C() {s} 1"), eval(f"1 {s} C()"), end=" ")
    exec(f"x {s}= 1")
    print(x)
class U:
    def __neg__(self): return "neg"
    def __pos__(self): return "pos"
    def __invert__(self): return "invert"
    def __abs__(self): return "abs"
    def __round__(self, n=None): return f"round {n}"
    def __divmod__(self, o): return "divmod"
    def __index__(self): return 3
u = U()
print(-u, +u, ~u, abs(u), round(u), round(u, 2), divmod(u, 1), [0, 1, 2, 3][u], hex(u), range(u))
