def f(*args, **kwargs): return args, kwargs

for call in (lambda: f(*1), lambda: f(**1), lambda: f(*None), lambda: f(**[1]),
             lambda: f(1, *[2], **{"a": 1}, **5)):
    try:
        print(call())
    except TypeError as e:
        print(e)
print(f(*[1], 2, *(3, 4), *"ab", x=1, **{"y": 2}, z=3))
print(f(*range(3), *{}, **{}))
