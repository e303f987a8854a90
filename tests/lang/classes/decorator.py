def register(cls):
    cls.registered = True
    return cls
@register
class C: pass
@lambda c: (c.__name__, 1)
class D: pass
print(C.registered, D)
