import _dynamic
print(_dynamic.auto_x, dir(_dynamic))
try:
    _dynamic.other
except AttributeError as e:
    print(e)
from _dynamic import auto_imported
print(auto_imported)
