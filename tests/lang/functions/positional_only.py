def f(a, b=2, /):
    return a, b

print(f(1), f(1, 3))
try:
    f(a=1)
except TypeError as e:
    print(e)
try:
    f(1, b=3)
except TypeError as e:
    print(e)
