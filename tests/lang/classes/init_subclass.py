class Base:
    registry = {}
    def __init_subclass__(cls, /, key=None, **kwargs):
        super().__init_subclass__(**kwargs)
        cls.registry[key] = cls.__name__

class A(Base, key="a"): pass
class B(Base): pass
print(Base.registry)
try:
    class C(key=1): pass
except TypeError as e:
    print(e)
