class P:
    __match_args__ = ("x", "y")
    def __init__(self, x, y): self.x, self.y = x, y
def f(v):
    match v:
        case P(0, 0): return "origin"
        case P(x, y=0): return f"on x axis {x}"
        case P(x=int(a), y=str()): return f"typed {a}"
        case P(): return "P"
        case int(n) | float(n): return f"number {n}"
        case str() as s: return f"str {s}"
        case list([a, b]): return f"list {a} {b}"
        case _: return "no"
print([f(v) for v in (P(0, 0), P(5, 0), P(1, "s"), P(1, 1), 3, 2.5, "s", [1, 2], None)])
