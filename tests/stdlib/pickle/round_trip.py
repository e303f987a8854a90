import pickle, copy
class C:
    def __init__(self, x): self.x = x
    def __eq__(self, o): return self.x == o.x
class G:
    def __getstate__(self): return {"s": 1}
    def __setstate__(self, state): self.restored = state
data = [1, 2.5, "é", b"x", None, True, (1, [2]), {"k": {1, 2}}, C([1]), 10 ** 50, -1, frozenset([3]), 1j, print, C]
for protocol in range(6):
    back = pickle.loads(pickle.dumps(data, protocol))
    print(protocol, back == data)
print(pickle.loads(pickle.dumps(G())).restored)
l = [1]; l.append(l)
x = pickle.loads(pickle.dumps(l))
print(x[1] is x)
for f in (lambda: pickle.dumps(lambda: 0), lambda: pickle.loads(b"junk"), lambda: pickle.loads(b"")):
    try:
        f()
    except Exception as e:
        print(type(e).__name__)
