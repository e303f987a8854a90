# A descriptor without __get__ does not hide the instance's own attribute.
class Stores:
    def __set__(self, obj, value):
        obj.__dict__["a"] = value
d = Stores()
class X:
    a = d
x = X()
print(x.a is d)
x.a = 42
print(x.a)
class Meta(type): pass
class Y(metaclass=Meta): pass
Y.a = 1
Meta.a = Stores()
print(Y.a)
print(int().__add__.__objclass__, [].__len__.__objclass__, True.__and__.__objclass__)
for f in int().__pow__, int().__rpow__:
    try:
        f()
    except TypeError as e:
        print(e)
