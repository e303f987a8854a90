def f():
    print(x)
    x = 1

def g():
    del y
    y = 1

def h():
    for i in []:
        pass
    return i

for function in (f, g, h):
    try:
        function()
    except UnboundLocalError as e:
        print(e)
