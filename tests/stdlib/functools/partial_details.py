import functools, inspect
p=functools.partial(print,1,a=2)
for f in (lambda: p.__setstate__((print,(),{},())), lambda: p.__setstate__((print,(),{},[])), lambda: delattr(p,"__dict__"), lambda: setattr(p,"__dict__",3), lambda: p.__setstate__([]), lambda: p.__setstate__((1,2))):
    try: f()
    except Exception as e: print(type(e),e)
    else: print("ok")
    try: print(p.__dict__)
    except Exception as e: print(type(e),e)
p=functools.partial(print,1,a=2)
p.__setstate__((print,(1,),{},{"x":1})); print(p.__dict__, p.x)
p.__setstate__((print,(1,),{},None)); print(p.__dict__)
print(inspect.signature(functools.cmp_to_key(lambda a,b:0)))
try: p.func=1
except AttributeError as e: print(e)
class S(functools.partial): pass
a=S(print,1); b=S(a,2); print(b.args, b.func is print); a.q=1; b=S(a,2); print(b.args, b.func is a)
c=functools.partial(S(print,1),2); print(c.args)
class S2(functools.partial):
    def __call__(self,*a): pass
c=functools.partial(S2(print,1),2); print(c.args)
