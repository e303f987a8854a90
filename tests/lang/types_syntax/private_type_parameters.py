class Foo[__T, __U: __T]:
    param = __T
    def m[__V](self, a: __V, b: __T): return __T, __U, __V
    type Alias[__W] = (__T, __W)
print(Foo.param, Foo.__type_params__, Foo.__type_params__[1].__bound__)
print(Foo().m(1, 2), Foo.m.__annotations__, Foo.Alias.__value__)
