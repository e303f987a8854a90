import weakref, gc
class C: pass
c = C()
r = weakref.ref(c, lambda r: print("callback", r() is None))
print(r() is c)
del c
gc.collect()
print(r())
d = weakref.WeakValueDictionary()
x = d["k"] = C()
print(len(d))
del x
gc.collect()
print(len(d))
