import sys
class C:
    q = 1
    shown = [sorted(n for n in locals() if n[0] != "_") for x in [1]]
    evaluated = [eval("x + 1") for x in [1, 2]]
    [exec("q = x") for x in [5]]
print(C.shown, C.evaluated, C.q)
print([sorted(locals()) for x in [1]], [vars()["x"] for x in [2]])
print([type(sys._getframe().f_locals) for x in [1]], type(sys._getframe().f_locals))
def f():
    try:
        [1 / 0 for x in [1]]
    except ZeroDivisionError:
        print(locals())
f()
def g():
    l = [None]
    try:
        return [1 for (l[0], l) in [[1, 2]]]
    except UnboundLocalError as e:
        print("unbound")
g()
class D:
    try:
        [__class__ for x in [1]]
    except NameError as e:
        print(type(e), e)
def order():
    class Refuses:
        def __setitem__(self, k, v): raise KeyError
    r, b = Refuses(), "before"
    try:
        (r[0], b) = (1, 2)
    except KeyError:
        print(b)
order()
