class Data:
    def __get__(self, instance, owner):
        return "data", instance is None
    def __set__(self, instance, value): print("set", value)
    def __delete__(self, instance): print("delete")
class NonData:
    def __get__(self, instance, owner): return "nondata"
class C:
    d = Data()
    n = NonData()

c = C()
c.__dict__.update(d=1, n=2)
print(c.d, C.d, c.n, C.n)
c.d = 5
del c.d
del c.n
print(c.n)
