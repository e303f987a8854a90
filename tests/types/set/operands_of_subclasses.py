class S(set):
    def __iter__(self): return iter("a")
class D(dict):
    def keys(self): return iter("b")
class T(tuple):
    def __iter__(self): return iter("xy")
    def __len__(self): print("len"); return 0

s, d, t = S(), D(b=1, c=2), T()
print({*s}, {"a"}.isdisjoint(s), {"a"} & s, {"a"} | s, {**d}, dict(d), list(t), tuple(t), [*t], bytes(T((1,))[:]))
print(*t)
for text in ("{1}.intersection([[1]])", "{1}.issubset([[1]])", "{1}.intersection_update([[1]])", "{1}.union([[1]])", "{1}.difference([[1]])", "set().isdisjoint([[1]])"):
    try:
        eval(text)
    except TypeError as e:
        print(text, e)
