# What annotations leave in the namespace around them, with names for targets and without.
BODIES = [
    "x = [0, 0]\nx[1]: int",
    "(x): int",
    "x: int",
    "class A:\n  if 1: x: int\nprint(*A.__dict__)",
    "class A:\n  if 1: (x): int\nprint(*A.__dict__)",
    "class A:\n  if 1: (x): int\n  y: int\nprint(A.__annotations__, *A.__dict__)",
]
for future in "", "from __future__ import annotations\n":
    for body in BODIES:
        names = {}
        exec(future + body, names)
        del names["__builtins__"]
        print(repr(body), *names)
