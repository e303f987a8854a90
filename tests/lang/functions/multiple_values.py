def f(a, b=0): pass

for call in (lambda: f(1, a=2), lambda: f(*(1, 2), b=3), lambda: f(a=1, **{"a": 2}),
             lambda: dict(**{"x": 1}, **{"x": 2})):
    try:
        call()
    except TypeError as e:
        print(e)
