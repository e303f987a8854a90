# What a class body defines as __dict__ or __weakref__ stays.
class Property:
    def get(self):
        return {"a": 2}
    __dict__ = property(get)
    __weakref__ = "ref"


p = Property()
p.x = 1
print(p.__dict__, vars(p), p.x, p.__weakref__)


class Plain(list):
    __dict__ = 3


print(vars(Plain()), Plain.__dict__["__dict__"])

# Names and docstrings of classes have no lone surrogates.
def rename():
    Property.__name__ = "a\udcdc"


for f in (
    lambda: type("A\udcdcB", (), {}),
    lambda: type("A", (), {"__doc__": "x\udcdc"}),
    rename,
    lambda: type("A\0B", (), {}),
):
    try:
        f()
    except ValueError as e:
        print(type(e).__name__, e)
