print((2.5).is_integer(), (2.0).is_integer(), (0.75).as_integer_ratio(), (1.5).hex(), float.fromhex("0x1.8p1"), float.fromhex("-inf"), (1.5).conjugate(), (1.5).real)
print([round(x, n) for x, n in ((2.675, 2), (0.5, 0), (1.5, 0), (-2.5, 0), (1234.5678, -2), (1e300, 5), (5e-324, 3))], round(2.5), round(3.5), type(round(1.0)))
print(float(" 1_0.5e1 "), float("-Infinity"), float("nan"), float(b"2.5"), float(True), float("１２"))
for s in ("", "1__0", "0x1", "1e", "nan()", "1.5.5"):
    try:
        float(s)
    except ValueError as e:
        print(e)
