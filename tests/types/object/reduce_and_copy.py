import copy
class C:
    def __init__(self, x): self.x = x
class S:
    __slots__ = ("a",)
c = C([1])
s = S(); s.a = 5
print(copy.copy(c).x is c.x, copy.deepcopy(c).x == c.x, copy.deepcopy(c).x is c.x, copy.copy(s).a, c.__reduce_ex__(2)[0].__name__, object().__sizeof__() > 0, c.__getstate__())
l = [1]; l.append(l)
d = copy.deepcopy(l)
print(d[1] is d)
