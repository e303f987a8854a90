for v in (0.0, -0.0, 1.0, 0.1, 1e15, 1e16, 123456789012345680.0, 1e22, 1e-4, 1e-5, 5e-324, 1.7976931348623157e308, 2.5, 1/3, 100.0, 1e100, float("inf"), -float("inf"), float("nan")):
    print(v, repr(v), str(v), hash(v) if v == v else "nan", v.hex())
