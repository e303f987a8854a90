import types
n = types.SimpleNamespace(a=1, b="x")
print(n, n == types.SimpleNamespace(a=1, b="x"), types.new_class("N", (int,), {}, lambda ns: ns.update(z=1)).z, types.MappingProxyType({"a": 1})["a"], types.FunctionType((lambda: 5).__code__, {})())
m = types.MethodType(lambda self: self, 5)
print(m(), type(types.CellType(1)).__name__, types.CodeType.__name__, types.GeneratorType.__name__)
@types.coroutine
def co(): yield 1
print(type(co()).__name__)
