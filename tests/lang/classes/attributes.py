class C:
    shared = []
    def __init__(self, x):
        self.x = x

a, b = C(1), C(2)
a.shared.append("s")
a.y = 5
print(a.x, b.x, b.shared, hasattr(b, "y"), a.__dict__, C.shared is a.shared)
del a.x
for attempt in (lambda: a.x, lambda: a.nothing, lambda: C.nothing):
    try:
        attempt()
    except AttributeError as e:
        print(e)
try:
    del a.x
except AttributeError as e:
    print(e)
