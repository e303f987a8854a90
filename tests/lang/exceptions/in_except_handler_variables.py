def f():
    try:
        raise ValueError(1)
    except ValueError as e:
        saved = e
    print("e" in locals(), saved)
    try:
        try:
            raise KeyError("a")
        finally:
            print("finally")
    except KeyError as e:
        g = lambda: e
        print(repr(g()))
    try:
        g()
    except NameError as e2:
        print(e2)
f()
