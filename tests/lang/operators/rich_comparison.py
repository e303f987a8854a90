class C:
    def __init__(self, v): self.v = v
    def __eq__(self, o): return NotImplemented if not isinstance(o, C) else self.v == o.v
    def __lt__(self, o): return ("lt", self.v)
    def __gt__(self, o): return ("gt", self.v)
a, b = C(1), C(2)
print(a == b, a != b, a == C(1), a == 5, a < b, a > b, 5 < a, 5 > a)
try:
    a <= b
except TypeError as e:
    print(e)
try:
    hash(a)
except TypeError as e:
    print(e)
class D(C):
    def __gt__(self, o): return "D.gt"
print(C(1) < D(2))
