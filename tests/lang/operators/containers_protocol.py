class Seq:
    def __getitem__(self, i):
        if i > 3: raise IndexError
        return i * 10
print(list(Seq()), 20 in Seq(), 5 in Seq(), [x for x in Seq()])
class Full:
    def __len__(self): return 3
    def __contains__(self, x): return x == 1
    def __iter__(self): return iter("abc")
    def __reversed__(self): return iter("cba")
    def __getitem__(self, k): return k
    def __length_hint__(self): return 3
f = Full()
print(len(f), 1 in f, 2 not in f, list(f), list(reversed(f)), f[1], f[1:2], f[..., 1:2:3])
for bad in (-1, "x", 1 << 100):
    class L:
        def __len__(self): return bad
    try:
        len(L())
    except Exception as e:
        print(type(e).__name__, e)
