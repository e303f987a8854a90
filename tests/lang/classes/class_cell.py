class A:
    def f(self): return __class__
    @classmethod
    def g(cls): return __class__.__name__, cls.__name__
class B(A): pass
print(A().f() is A, B().f() is A, B.g())
class Meta(type):
    def __new__(mcls, name, bases, ns):
        ns.pop("__classcell__", None)
        return super().__new__(mcls, name, bases, ns)
try:
    class C(metaclass=Meta):
        def f(self): return __class__
except RuntimeError as e:
    print(e)
