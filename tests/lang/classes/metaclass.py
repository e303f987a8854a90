class Meta(type):
    @classmethod
    def __prepare__(mcls, name, bases, **kw):
        print("prepare", name, bases, kw)
        return {"injected": 1}
    def __new__(mcls, name, bases, ns, **kw):
        print("new", name, sorted(k for k in ns if not k.startswith("__")))
        return super().__new__(mcls, name, bases, ns)
    def __init__(cls, name, bases, ns, **kw):
        print("init", name, kw)
        super().__init__(name, bases, ns)
    def __call__(cls, *args):
        print("call", args)
        return super().__call__(*args)
    @property
    def meta_attribute(cls): return cls.__name__ + "!"

class C(metaclass=Meta, option=1):
    def __init__(self, x): self.x = x

print(C(5).x, C.injected, C.meta_attribute, type(C).__name__)
try:
    C(1).meta_attribute
except AttributeError as e:
    print(e)
