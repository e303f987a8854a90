class C:
    x = 1
    def __getattr__(self, name): return "getattr " + name
    def __setattr__(self, name, value):
        print("set", name)
        object.__setattr__(self, name, value)
    def __delattr__(self, name):
        print("del", name)
        object.__delattr__(self, name)

c = C()
c.y = 2
print(c.x, c.y, c.z)
del c.y
print(c.y)
class D:
    def __getattribute__(self, name):
        if name == "hidden":
            raise AttributeError("hidden!")
        return "all " + name
    def __getattr__(self, name): return "fallback"
print(D().a, D().hidden, D().__class__)
