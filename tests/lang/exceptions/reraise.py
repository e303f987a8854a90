def f():
    try:
        raise ValueError("v")
    except ValueError:
        try:
            raise KeyError
        except KeyError:
            pass
        raise
try:
    f()
except ValueError as e:
    print(repr(e), e.__context__)
