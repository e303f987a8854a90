# `x + f()` raises for an unbound `x` before it calls `f`.
def f(): print("never")
def g():
    x + f()
    x = 1
try:
    g()
except UnboundLocalError as e:
    print(e)
