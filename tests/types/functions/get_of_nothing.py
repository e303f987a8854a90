# Descriptors have to be given an instance or a class.
import functools

class A:
    @property
    def p(self): return 1
    def m(self): pass

def f(): pass
for d in (f, staticmethod(f), classmethod(f), A.p, A().m, super(int), str.upper, functools.partial(f), functools.lru_cache(f)):
    for args in (None,), (None, None):
        try:
            print(d.__get__(*args))
        except TypeError as e:
            print(type(d).__name__, e)
print(staticmethod(3).__get__(None, int))
A.p.__init__(len)
try:
    print(A.__dict__["p"].__name__)
except AttributeError as e:
    print(e)
