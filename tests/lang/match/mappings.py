def f(x):
    match x:
        case {"type": "circle", "r": r}: return f"circle {r}"
        case {"type": str(t), **rest}: return f"{t} {rest}"
        case {1: [a, _]}: return f"one {a}"
        case {}: return "mapping"
        case _: return "no"
print([f(x) for x in ({"type": "circle", "r": 3, "z": 1}, {"type": "sq", "a": 1}, {1: [2, 3]}, {}, [], {1: [2]})])
from collections import defaultdict
d = defaultdict(int)
match d:
    case {"missing": x}: print("matched")
    case _: print("default not called", dict(d))
