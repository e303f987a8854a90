class K:
    def __init__(self, v): self.v = v
    def __hash__(self): return 1
    def __eq__(self, o): return isinstance(o, K) and self.v == o.v
    def __repr__(self): return f"K{self.v}"
d = {K(i): i for i in range(10)}
print(d[K(5)], K(11) in d, len(d), d.pop(K(3)), d)
class Bad:
    def __hash__(self): raise ValueError("hash")
for f in (lambda: {Bad(): 1}, lambda: Bad() in d):
    try:
        f()
    except ValueError as e:
        print(e)
class BadEq:
    def __hash__(self): return 1
    def __eq__(self, o): raise ZeroDivisionError("eq")
for f in (lambda: {1: 1}[BadEq()], lambda: BadEq() in {1}):
    try:
        f()
    except ZeroDivisionError as e:
        print(e)
