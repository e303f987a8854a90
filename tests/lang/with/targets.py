from contextlib import nullcontext
class C: pass
c, d = C(), {}
with nullcontext((1, [2, 3])) as (c.x, (d["k"], *rest)):
    print(c.x, d, rest)
