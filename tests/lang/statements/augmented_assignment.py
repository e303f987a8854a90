x = 5
for op in ("+= 2", "-= 1", "*= 3", "//= 2", "**= 2", "%= 7", "<<= 3", ">>= 1", "|= 8", "&= 12", "^= 5", "/= 2"):
    exec(f"x {op}")
    print(op, x)
class C:
    def __init__(self): self.v = []
    def __iadd__(self, o):
        self.v.append(o)
        return self
c = d = C()
c += 1
print(d.v)
t = ([],)
try:
    t[0] += [1]
except TypeError as e:
    print(e, t)
def index():
    print("index")
    return 0
l = [1]
l[index()] += 5
print(l)
