class M:
    def __init__(self, n, swallow=False): self.n, self.swallow = n, swallow
    def __enter__(self):
        print("enter", self.n)
        return self.n
    def __exit__(self, kind, value, tb):
        print("exit", self.n, kind and kind.__name__, value)
        return self.swallow

with M(1) as a, M(2) as b:
    print(a, b)
with M(3, True):
    raise ValueError("swallowed")
print("after")
try:
    with (M(4, False) as x, M(5) as (y)):
        raise KeyError("k")
except KeyError:
    print("escaped", x, y)
