s = slice(1, 10, 2)
print(s, s.start, s.stop, s.step, s.indices(5), slice(5), slice(None, None, -1).indices(4), s == slice(1, 10, 2), slice(1) < slice(2), hash(slice(1, 2)) == hash(slice(1, 2)))
class C:
    def __getitem__(self, k): return k
print(C()[1:2], C()[:], C()[1:2, ::3], C()["a":"b"])
for f in (lambda: slice(), lambda: slice("a").indices(5), lambda: s.indices(-1), lambda: slice(0, 1, 0).indices(5)):
    try:
        f()
    except Exception as e:
        print(type(e).__name__, e)
