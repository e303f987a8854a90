import math
print(math.sqrt(2), math.pi, math.floor(-2.5), math.ceil(2.1), math.gcd(12, 18, 27), math.lcm(4, 6), math.factorial(20), math.comb(10, 3), math.perm(5, 2), math.isqrt(10 ** 30), math.log(8, 2), math.log10(1000), math.log2(2 ** 70), math.exp(1), math.hypot(3, 4), math.fsum([0.1] * 10), math.prod([1, 2, 3]), math.isclose(0.1 + 0.2, 0.3), math.frexp(8.5), math.modf(-2.5), math.copysign(1, -0.0), math.trunc(2.9), math.dist([0, 0], [3, 4]), math.nextafter(1, 2), math.ulp(1.0), math.fma(2, 3, 4))
for f in (lambda: math.sqrt(-1), lambda: math.log(0), lambda: math.factorial(-1), lambda: math.factorial(1.5), lambda: math.exp(1000), lambda: math.sqrt("a"), lambda: math.floor(float("nan")), lambda: math.comb(-1, 2), lambda: math.acos(2)):
    try:
        f()
    except Exception as e:
        print(type(e).__name__, e)
