def f(*, a, b=2, c):
    return a, b, c

print(f(a=1, c=3), f(c=1, a=2, b=3))
for kwargs in ({}, {"a": 1}, {"a": 1, "c": 2, "d": 3}):
    try:
        f(**kwargs)
    except TypeError as e:
        print(e)
try:
    f(1, a=1, c=2)
except TypeError as e:
    print(e)
