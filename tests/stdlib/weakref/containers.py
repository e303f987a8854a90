import weakref, gc
class C:
    def m(self): return "m"
c = C()
p = weakref.proxy(c)
print(p.m(), weakref.getweakrefcount(c), weakref.WeakMethod(c.m)()())
s = weakref.WeakSet([c]); k = weakref.WeakKeyDictionary({c: 1})
f = weakref.finalize(c, print, "finalized")
print(len(s), len(k), f.alive)
del c
gc.collect()
print(len(s), len(k), f.alive)
try:
    p.m()
except ReferenceError as e:
    print(e)
try:
    weakref.ref(5)
except TypeError as e:
    print(e)
