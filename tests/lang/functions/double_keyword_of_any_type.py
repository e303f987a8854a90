def f(**kwargs):
    pass


for call in [lambda: f(**{1: 3}, **{1: 5}), lambda: f(**{1: 3}), lambda: f(a=1, **{"a": 2})]:
    try:
        call()
    except TypeError as e:
        print(e)
