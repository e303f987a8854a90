from decimal import Decimal, getcontext, ROUND_HALF_UP, localcontext, InvalidOperation
from fractions import Fraction
print(Decimal("0.1") + Decimal("0.2"), Decimal(1) / 3, Decimal("2.675").quantize(Decimal("0.01"), ROUND_HALF_UP), Decimal(2).sqrt(), Decimal("1e10") * 3, repr(Decimal("NaN")), Decimal("-0"))
with localcontext() as c:
    c.prec = 5
    print(Decimal(1) / 7)
print(Fraction(1, 3) + Fraction(1, 6), Fraction("0.75"), Fraction(0.5), Fraction(3, 4) ** 2)
try:
    Decimal("x")
except InvalidOperation as e:
    print(type(e).__name__)
