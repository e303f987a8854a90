# Which descriptors and builtin functions reduce, and to what.

class GetAttr:
    def __getattr__(self, name):
        raise ZeroDivisionError


for d in (
    dict.__dict__["fromkeys"],
    str.join,
    int.__add__,
    type.__dict__["__module__"],
    dict.fromkeys,
    [].append,
    len,
):
    try:
        print(type(d).__name__, d.__reduce_ex__(2))
    except TypeError as e:
        print(type(d).__name__, e)
print(type.__module__)
# Special methods of pickling are looked up on the class.
g = GetAttr()
print(g.__reduce_ex__(2)[1] == (GetAttr,))
g.__getnewargs__ = 1
print(g.__reduce_ex__(2)[1] == (GetAttr,))
