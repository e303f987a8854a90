# Decimal.__format__: every type, grouping, signs, fill, and the words of its errors.
from decimal import Decimal, localcontext, ROUND_UP

NUMBERS = ["0", "-0.000", "0E+5", "1E+5", "-1234567.891", "1E-10", "nan", "-snan1", "inf"]
SPECS = ["", ".3", "f", "e", "g", ".2f", ".0e", ".2e", "%", ".1%", "014", "z.1f", "+", " n", ",", "<12", "=12", "*^12",
         "014,.1f", "E", "_", ".4_f", "x>+14,.2F"]
for text in NUMBERS:
    for spec in SPECS:
        print(text, repr(spec), repr(format(Decimal(text), spec)))
for spec in ["<010", "a", ".", "10,n", "zz", "s", "5.f"]:
    try:
        print(format(Decimal(1), spec))
    except ValueError as e:
        print(spec, e)
with localcontext(rounding=ROUND_UP):
    print(format(Decimal("1.001"), ".2f"))
print(Decimal("-1234567.891").__format__("n", {"decimal_point": ",", "thousands_sep": ".", "grouping": "\3\2"}))
