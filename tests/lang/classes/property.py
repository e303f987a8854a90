class C:
    def __init__(self): self._x = 0
    @property
    def x(self):
        "Doc of x."
        return self._x
    @x.setter
    def x(self, value): self._x = value
    @x.deleter
    def x(self): self._x = None
    read_only = property(lambda self: 1)

c = C()
c.x = 5
print(c.x, C.x.__doc__)
del c.x
print(c.x)
for attempt in ("c.read_only = 1", "del c.read_only"):
    try:
        exec(attempt)
    except AttributeError as e:
        print(e)
print(isinstance(C.x, property), C.x.fset is not None, C.read_only.fset)
