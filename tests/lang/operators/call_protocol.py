class C:
    def __call__(self, *a, **k): return a, k
print(C()(1, x=2), callable(C()), callable(5))
c = C()
c.__call__ = lambda: "instance attribute is not used"
print(c())
class D: __call__ = C()
print(D()(5))
