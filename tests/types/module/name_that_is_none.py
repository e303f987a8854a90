# None is called by its own name.
import types

for name in None, 5:
    try:
        types.ModuleType(name)
    except TypeError as e:
        print(e)
