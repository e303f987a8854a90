def f(alpha, beta=0): pass

for kwargs in ({"alhpa": 1}, {"alpha": 1, "zzz": 2}, {"alpha": 1, "bta": 1}):
    try:
        f(**kwargs)
    except TypeError as e:
        print(e)
try:
    f(**{1: 2})
except TypeError as e:
    print(e)
