def echo():
    received = []
    while True:
        try:
            received.append((yield received))
        except ValueError as e:
            received.append(f"caught {e}")

g = echo()
try:
    g.send(1)
except TypeError as e:
    print(e)
next(g)
print(g.send("a"), g.throw(ValueError("x")), g.throw(ValueError))
try:
    g.throw(KeyError("k"))
except KeyError as e:
    print("out", e)
try:
    next(g)
except StopIteration:
    print("exhausted")
