import types
mod=types.ModuleType("m")
print(mod.__annotations__, mod.__dict__.keys(), mod.__annotate__, mod.__dict__.keys())
mod.__annotate__=lambda x: {"x":1}
print(mod.__annotations__, list(mod.__dict__))
mod.__annotate__=None
print(mod.__annotations__, list(mod.__dict__))
mod=types.ModuleType("m")
mod.__annotate__=lambda: 42
try: mod.__annotations__
except TypeError as e: print(e)
mod.__annotate__=lambda x: 42
try: mod.__annotations__
except TypeError as e: print(e)
mod.__annotate__=lambda x: {1:2}
print(mod.__annotations__, list(mod.__dict__))
mod.__annotations__ = {"z":43}
print(mod.__annotate__, list(mod.__dict__))
del mod.__annotations__
print(mod.__annotate__, list(mod.__dict__))
