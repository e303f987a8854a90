# exit: 1
def f(a, b):
    return a + 1 + (b * "x") + b["key"]

f(1, None)
