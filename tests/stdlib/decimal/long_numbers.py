# Coefficients beyond 38 digits, and precisions to match.
from decimal import *

for prec in [38, 39, 50, 77, 200]:
    with localcontext(prec=prec) as context:
        a = Decimal(2) ** 200
        b = Decimal("1234567890" * 9) / 7
        print(prec, a, b)
        print(a * b, a / b, b % a, a + b, a - b)
        print(b.sqrt(), Decimal(2).exp(), Decimal(2).ln(), b.log10())
        print(b ** Decimal("0.3"), Decimal(3) ** -55)
        print(a == int(a), hash(a) == hash(int(a)), hash(b))
        print(format(a, ",.3e"), b.adjusted(), b.as_tuple().digits[:5])

n = Decimal("9" * 60)
print(n + 1, Context(prec=60).plus(n + Decimal("0.5")))
print(int(Decimal("1E50")), Decimal(10**50 + 1), Decimal("1E-50").as_integer_ratio() == (1, 10**50))
print(Decimal("1.5E+999999999999999999"), Decimal("0E-1999999999999999997"))
with localcontext(prec=5000):
    third = Decimal(1) / 3
    print(len(str(third)), (third * 3).normalize() == 1, str(Decimal(2).sqrt())[-20:], str(Decimal(1).exp())[-20:])
    print(str(Decimal(10).ln())[-20:], str(Decimal("1." + "0" * 300 + "1").ln())[:40])
