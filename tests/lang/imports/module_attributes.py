import sys, types
print(__name__, __spec__, __doc__, __package__, type(__builtins__).__name__)
m = types.ModuleType("m", "doc")
print(m, m.__doc__, m.__name__)
m.x = 1
del m.x
try:
    m.x
except AttributeError as e:
    print(e)
print(sys.modules["__main__"].sys is sys, sys.builtin_module_names.count("sys"))
