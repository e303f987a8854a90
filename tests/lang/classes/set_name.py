class Named:
    def __set_name__(self, owner, name):
        print("set_name", owner.__name__, name)
        self.name = name
    def __get__(self, instance, owner): return self.name

class C:
    alpha = Named()
    beta = Named()
print(C.alpha, C().beta)
class Bad:
    def __set_name__(self, owner, name): raise ValueError("no")
try:
    class D:
        x = Bad()
except ValueError as e:
    print(e, e.__notes__)
