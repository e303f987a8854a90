# Signed zeros, infinities and NaN: every function on every pair of them.
import cmath

VALUES = [-float("inf"), -2.5, -0.0, 0.0, 2.5, float("inf"), float("nan")]


def show(x):
    return f"{x:.10g}"


for name in "acos acosh asin asinh atan atanh cos cosh exp log log10 sin sinh sqrt tan tanh".split():
    print(name)
    for re in VALUES:
        line = []
        for im in VALUES:
            try:
                z = getattr(cmath, name)(complex(re, im))
                line.append(f"{show(z.real)} {show(z.imag)}")
            except (ValueError, OverflowError) as e:
                line.append(str(e))
        print("   ", ", ".join(line))
for r in VALUES:
    for phi in VALUES:
        try:
            z = cmath.rect(r, phi)
            print(r, phi, show(z.real), show(z.imag))
        except ValueError as e:
            print(r, phi, e)
