# `o.m(f())` looks up `o.m` before it calls `f`.
class C: pass
def f():
    print("argument")
    return 1
try:
    C().m(f())
except AttributeError as e:
    print(e)
