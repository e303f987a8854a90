inf, nan = float("inf"), float("nan")
print(0.1 + 0.2, 1e308 * 10, -1e308 * 10, inf - inf, 7.5 // 2, -7.5 // 2, 7.5 % -2, -7.5 % 2, divmod(-7.5, 2), 2.0 ** 0.5, (-8.0) ** (1 / 3))
print(nan == nan, nan != nan, inf == inf, -0.0 == 0.0, 1e16 + 1, 2 ** 53 + 1.0, 1 < 1.5 < 2, 10 ** 400 > 1e308, nan in [nan])
for e in ("1.0 / 0", "1.0 // 0", "1.0 % 0", "0.0 ** -1", "10.0 ** 400", "int(inf)", "int(nan)", "round(inf)", "float('x')", "float([])", "1.0 << 1"):
    try:
        print(eval(e))
    except Exception as x:
        print(e, type(x).__name__, x)
