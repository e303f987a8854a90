import inspect
def f(a, /, b: int, *c, d=1, **e) -> str: "doc"
print(inspect.signature(f), inspect.getdoc(f), inspect.isfunction(f), [p.kind.name for p in inspect.signature(f).parameters.values()], inspect.signature(f).bind(1, 2, 3, d=4).arguments)
class C:
    def m(self): pass
print(inspect.ismethod(C().m), inspect.isclass(C), inspect.getmro(C)[1].__name__, inspect.signature(C.m), inspect.isgeneratorfunction(lambda: (yield)), inspect.currentframe().f_lineno)
