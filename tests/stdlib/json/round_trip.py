import json
data = {"a": [1, 2.5, None, True], "é": "ü\n\"", "nested": {"k": {}}, "big": 10 ** 20, "f": 1e100}
s = json.dumps(data)
print(s, json.loads(s) == data)
print(json.dumps(data, indent=2, sort_keys=True, ensure_ascii=False), json.dumps([1, 2], separators=(",", ":")), json.dumps({1: 2, None: 3, True: 4}), json.dumps(float("nan")))
for bad in ("{", "[1,]", '{"a" 1}', "nul", '"\x01"', "", "[1] x", '"\\u12"', "{'a': 1}"):
    try:
        json.loads(bad)
    except json.JSONDecodeError as e:
        print(e)
for f in (lambda: json.dumps({1, 2}), lambda: json.dumps({(1,): 2}), lambda: json.dumps(float("inf"), allow_nan=False), lambda: json.loads(5)):
    try:
        f()
    except (TypeError, ValueError) as e:
        print(type(e).__name__, e)
l = []; l.append(l)
try:
    json.dumps(l)
except ValueError as e:
    print(e)
