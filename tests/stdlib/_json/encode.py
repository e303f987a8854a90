# The encoder: separators, indentation, keys, notes on errors.
import json

def show(*args, **kwargs):
    try:
        print(json.dumps(*args, **kwargs))
    except Exception as e:
        print(type(e).__name__, e, getattr(e, "__notes__", None))

class Int(int):
    def __repr__(self):
        return "nope"

class Pairs(dict):
    def items(self):
        return [("x", 2), ("a", 1)]

class Thing:
    pass

show([None, True, False, 1, -2, 10**25, 1.5, 1e100, float("nan"), float("-inf"), "é\"\\\n\x01\x7f\ud800\U0001f600"])
show("é/\u2028", ensure_ascii=False)
show([[], {}, (1, [2])], indent=2)
show({"b": 1, "a": {"c": []}}, indent="\t", sort_keys=True)
show([1, 2, {"a": 3}], separators=(";", "="))
show({True: 1, None: 2, 1.5: 3, 10**20: 4, Int(7): Int(8)})
show(Pairs(a=1))
show(Pairs(a=1), sort_keys=True)
show({(1, 2): 3, "k": 4}, skipkeys=True)
show({1j: 2})
show([1, {"a": [Thing()]}], default=lambda o: o.missing)
show([1, {"a": [Thing]}])
show([Thing()], default=lambda o: {"type": type(o).__name__})
show(float("inf"), allow_nan=False)
show({1: 1, "a": 2}, sort_keys=True)
loop = []
loop.append({"x": loop})
show(loop)
deep = []
for _ in range(100):
    deep = [deep, deep]
    if len(json.dumps(deep)) > 5000:
        break
print(len(json.dumps(deep)))
show({b"k": 1}, skipkeys=True, indent=4)
show({b"k": 1, "a": 2, b"l": 3}, skipkeys=True, indent=4)
