x = 1
del x
try:
    del x
except NameError as e:
    print(e)
def f():
    y = 1
    del y
    try:
        y
    except UnboundLocalError as e:
        print(e)
f()
a = b = c = [1]
del (a, [b]), c
print("a" in globals(), "b" in globals())
