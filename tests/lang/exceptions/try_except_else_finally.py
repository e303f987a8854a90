def f(x):
    try:
        print("try")
        if x == 1: raise ValueError("v")
        if x == 2: raise KeyError("k")
        if x == 3: return "returned"
    except ValueError as e:
        print("except", e)
        return "handled"
    else:
        print("else")
    finally:
        print("finally")
    return "end"

for x in range(4):
    try:
        print(f(x))
    except KeyError as e:
        print("escaped", e)
