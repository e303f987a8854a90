print((255).to_bytes(2, "big"), (-2).to_bytes(2, "little", signed=True), int.from_bytes(b"\x01\x00"), int.from_bytes(b"\xff", signed=True))
print((10).bit_count(), (-10).bit_length(), (5).as_integer_ratio(), (5).conjugate(), (5).numerator, (5).denominator, (5).real, (5).imag, (3).is_integer())
print(round(12345, -2), round(15, -1), round(25, -1), (5).__floor__(), hex(-255), oct(8), bin(-5))
for f in (lambda: (256).to_bytes(1), lambda: (-1).to_bytes(1), lambda: (1).to_bytes(1, "x"), lambda: int.from_bytes(5)):
    try:
        f()
    except Exception as x:
        print(type(x).__name__, x)
