# exit: -2
def f():
    raise KeyboardInterrupt
f()
