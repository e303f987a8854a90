# An object has one weak reference without callback, the first that `getweakrefs` gives.
import weakref


class C:
    pass


class Ref(weakref.ref):
    pass


c = C()
noted = weakref.ref(c, lambda r: None)
sub = Ref(c)
plain = weakref.ref(c)
again = weakref.ref(c, None)
other = Ref(c)
proxy = weakref.proxy(c)
print(proxy is weakref.proxy(c), weakref.getweakrefs(c)[1] is proxy, weakref.ref(c) is plain)
fresh = C()
first = weakref.proxy(fresh)
second = weakref.ref(fresh)
print(weakref.proxy(fresh) is first, weakref.ref(fresh) is second)
print([type(r).__name__ for r in weakref.getweakrefs(fresh)])
print(plain is again, plain is noted, sub is other, type(sub).__name__)
print(weakref.getweakrefcount(c), weakref.getweakrefs(c)[0] is plain)
print(c.__weakref__ is plain)
del plain, again
print(weakref.ref(c) is weakref.ref(c), weakref.ref(c)() is c)
