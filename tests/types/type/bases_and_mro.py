steps = []
class M(type):
    def mro(cls):
        if cls.__name__ == "A" and not steps:
            steps.append(cls.__mro__)
            try:
                class X(cls): pass
            except TypeError as e:
                print(e)
        return type.mro(cls)
class A(metaclass=M): pass
print(steps)
class Fails(type):
    armed = False
    def mro(cls):
        if cls.armed: raise RuntimeError("no")
        return type.mro(cls)
class C: pass
class C2: pass
class D(C): pass
class E(D): pass
class F(D, metaclass=Fails): pass
before = E.__mro__, D.__mro__, D.__bases__
Fails.armed = True
try:
    D.__bases__ = (C2,)
except RuntimeError as e:
    print(e)
print((E.__mro__, D.__mro__, D.__bases__) == before)
class G: __slots__ = ("a", "b")
class H: __slots__ = ("b", "a")
class I(G): __slots__ = ("c",)
class J(H): __slots__ = ("c",)
g = G(); g.a = 1; g.__class__ = H; print(g.a)
try:
    I().__class__ = J
except TypeError as e:
    print(e)
class SubModule(type(__builtins__)):
    x = 1
import types
m = types.ModuleType("m")
m.__class__ = SubModule
m.y = 2
print(m.x, m.__dict__["y"])
