a = 1 + 2j
print(a, a * (3 - 1j), a / 2j, a ** 2, abs(3 + 4j), a.conjugate(), a.real, a.imag, -a, a == 1 + 2j, hash(1 + 0j) == hash(1))
print(complex("1+2j"), complex(" (3-4j) "), complex(1, 2), complex("nan"), complex(imag=1), 1j ** 2, complex(-0.0, -0.0), f"{a:.2f} {a:>10}")
for e in ("a < a", "a // 1", "a % 1", "1 / 0j", "int(a)", "float(a)", "complex('x')", "complex('1', 2)", "round(a)"):
    try:
        print(eval(e))
    except Exception as x:
        print(type(x).__name__, x)
