class C: pass
c = C()
c.b = 1; c.a = 2; c.c = 3
del c.b
c.b = 4
print(list(c.__dict__), vars(c))
c.__dict__ = {"x": 1}
print(c.x, hasattr(c, "a"))
c.__dict__["y"] = 2
print(c.y)
try:
    c.__dict__ = 1
except TypeError as e:
    print(e)
