class Asked:
    def __init__(self, name, truth):
        self.name, self.truth = name, truth

    def __bool__(self):
        print("asked", self.name)
        return self.truth

    def __repr__(self):
        return self.name


t, f = Asked("t", True), Asked("f", False)
print(f and t or t or f)
print(f or f and t or t or f)
print(t or (f and (t or f)))
print((f and t) and t or f)
print(not (f and t) or t)
x = t and f
print(x)
