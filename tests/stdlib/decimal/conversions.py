# What Decimal() takes, and what becomes of a Decimal.
from decimal import *
from fractions import Fraction


def attempt(f, *args, **kwargs):
    try:
        print(repr(f(*args, **kwargs)))
    except Exception as e:
        print(type(e).__name__, e)


for value in [5, -10**40, True, "1_000.5", " 7\n", "\u0661.\u0662", "1e5", ".5", "5.", "-Infinity", "sNaN7", "", "e5", "1 2",
              "1e99999999999999999999", 0.1, float("inf"), float("-nan"), -0.0, (1, (1, 2), -1), (0, (), "F"), [0, [5], 3],
              (0, (1, 10), 0), (2, (1,), 0), (0, (1,), "x"), (1, 2), None, b"1", 1j]:
    attempt(Decimal, value)
attempt(Decimal.from_float, 0.5)
attempt(Decimal.from_float, "1")
attempt(Decimal.from_number, Decimal(3))
attempt(Decimal.from_number, "3")
context = Context(prec=3)
attempt(context.create_decimal, "1.2345")
attempt(context.create_decimal, " 1")
attempt(context.create_decimal_from_float, 3.14159)

for text in ["12.75", "-0.5", "1E+3", "nan", "snan", "-inf"]:
    d = Decimal(text)
    for f in [int, float, complex, round, lambda d: round(d, 1), Decimal.as_tuple, Decimal.as_integer_ratio,
              Decimal.__floor__, Decimal.__ceil__, Decimal.__reduce__, bool, hash if not d.is_nan() else bool]:
        attempt(f, d)
for other in [1, 1.5, 1 + 0j, 2j, Fraction(3, 2), "1", Decimal("nan")]:
    d = Decimal("1.5")
    attempt(lambda: (d == other, d != other))
    attempt(lambda: d < other)
attempt(lambda: pow(10, 2, Decimal(7)))
attempt(lambda: Decimal(1) + 1.5)


class Money(Decimal):
    pass


print(type(Money("1.5")), type(Money("1.5") + 1), type(Money.from_float(0.5)), repr(Money(2)))
