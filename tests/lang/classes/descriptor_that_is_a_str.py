# An instance of a subclass of str may be a descriptor.
class S(str):
    def __get__(self, instance, owner=None):
        return "got"

    def __set__(self, instance, value):
        print("set", value)

    def __delete__(self, instance):
        print("delete")


class D:
    d = S("text")


o = D()
o.d = 1
print(o.d, D.d, vars(o))
del o.d
