class P:
    __slots__ = ("x", "y")
    def __init__(self, x): self.x = x

p = P(1)
print(p.x, hasattr(p, "__dict__"), P.__slots__)
for attempt in (lambda: p.y, lambda: setattr(p, "z", 1)):
    try:
        attempt()
    except AttributeError as e:
        print(e)
p.y = 2
del p.y
try:
    del p.y
except AttributeError as e:
    print(e)
print(type(P.x).__name__)
class Q(P): pass
q = Q(1)
q.z = 3
print(q.__dict__)
