def f(a, b=2, /, c=3, *args, d, e=5, **kwargs):
    return a, b, c, args, d, e, kwargs

print(f(1, d=4))
print(f(1, 20, 30, 40, 50, d=60, e=70, g=80, h=90))
print(f(1, d=4, a=10, b=20))
print(f(*"xyz", **{"d": 0, "z": 1}))
