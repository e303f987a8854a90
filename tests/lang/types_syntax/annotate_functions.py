type X = int
class A[T: int]: pass
print(X.evaluate_value.__code__.co_varnames,X.evaluate_value.__qualname__, A.__type_params__[0].evaluate_bound.__code__.co_varnames)
def f(a: [x for x in (1,2)], b: lambda: format): 
  class B:
    c: d
    def g[T](self, a:T): pass
  return B
print(f.__annotate__.__code__.co_varnames, f.__annotate__.__code__.co_names)
B=f(1,2)
print(f.__annotate__.__qualname__, B.__annotate__.__qualname__, B.g.__annotate__.__qualname__)
def uses(x: format): pass
print(uses.__annotations__)
class Owner:
    class format: pass
    def method(self, x: format): pass
print(Owner.method.__annotations__)
