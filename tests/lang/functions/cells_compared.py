# Cells compare by their contents; an empty one is less than any other.
from types import CellType as C

pairs = [(C(2), C(3)), (C(), C("x")), (C(), C()), (C(-36), C(-36.0)), (C(3), 3)]
for a, b in pairs:
    print(a == b, a != b)
for a, b in pairs[:-1]:
    print(a < b, a <= b, a > b, a >= b)
for f in (lambda: C(1) < C("a"), lambda: C(3) < 3, lambda: hash(C(3))):
    try:
        print(f())
    except TypeError as e:
        print(e)
