for value in ("s", [], None, 1.5, {}):
    for op in ("-", "+", "~"):
        try:
            eval(op + "value")
        except TypeError as e:
            print(e)
print(-True, +True, ~5, -(-5))
