import types
class M2(types.ModuleType):
    def g(self): return "no"
    __dict__=property(g)
m=M2("m")
try: dir(m)
except TypeError as e: print(e)
class E: pass
async def foo(): return await E()
try: foo().send(None)
except TypeError as e: print(e)
class D(object): pass
class C: pass
for b in ((type(None),),(C,list),(list,)):
  try: D.__bases__=b
  except TypeError as e: print(e)
try: object.__setattr__(str,"a",1)
except TypeError as e: print(e)
try: object.__delattr__(str,"a")
except TypeError as e: print(e)
try: object.__setattr__(types,"a",1)
except TypeError as e: print(e)
else: print("ok")
def g(cls): pass
cm=classmethod(g)
try: del cm.__annotations__
except AttributeError as e: print(e)
B=C.__dict__["__dict__"]
try: B.__set__(C,{})
except Exception as e: print(type(e),e)
class M1(type,C): pass
class D2(metaclass=M1): pass
try: B.__set__(D2,{})
except Exception as e: print(type(e),e)
class M1(types.ModuleType,C): pass
try: B.__set__(M1("x"),{})
except Exception as e: print(type(e),e)
