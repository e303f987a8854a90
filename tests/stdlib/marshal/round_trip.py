import marshal
data = [1, -5, 10 ** 30, 1.5, "é", b"x", None, True, ..., (1, (2,)), {"k": [1]}, {3}, frozenset([4]), 1j]
print(marshal.loads(marshal.dumps(data)) == data)
code = compile("x = 1 + a", "f", "exec")
ns = {"a": 2}
exec(marshal.loads(marshal.dumps(code)), ns)
print(ns["x"])
for bad in (b"", b"\xff", b"["):
    try:
        marshal.loads(bad)
    except (EOFError, ValueError, TypeError) as e:
        print(type(e).__name__)
