# Operations and the flags they raise, at the edges of a small context.
from decimal import *

ROUNDINGS = [ROUND_UP, ROUND_DOWN, ROUND_CEILING, ROUND_FLOOR,
             ROUND_HALF_UP, ROUND_HALF_DOWN, ROUND_HALF_EVEN, ROUND_05UP]
NUMBERS = ["0", "-0", "1", "-1.50", "9.995", "99999", "1E-7", "-123456.5", "1E+9", "inf", "-inf", "nan12", "-snan"]


def shown(context, name, *args):
    context.clear_flags()
    result = getattr(context, name)(*args)
    flags = [signal.__name__ for signal, on in context.flags.items() if on]
    print(name, *args, "->", result, *flags)


for rounding in ROUNDINGS:
    context = Context(prec=4, Emax=6, Emin=-6, rounding=rounding, traps=[])
    print(rounding)
    for text in NUMBERS:
        shown(context, "plus", Decimal(text))

context = Context(prec=4, Emax=6, Emin=-6, traps=[])
for name in ["add", "subtract", "multiply", "divide", "divide_int", "remainder", "remainder_near",
             "compare", "compare_total", "max", "min_mag", "quantize", "next_toward", "power", "divmod"]:
    for a in NUMBERS[1:]:
        for b in ["0", "-3", "0.25", "1E+6", "-inf", "nan"]:
            shown(context, name, Decimal(a), Decimal(b))

for name in ["exp", "ln", "log10", "sqrt", "normalize", "next_plus", "next_minus", "logb",
             "to_integral_exact", "to_integral_value", "number_class", "to_eng_string"]:
    for a in NUMBERS:
        shown(context, name, Decimal(a))

for name in ["logical_and", "logical_or", "logical_xor", "shift", "rotate", "scaleb"]:
    for a, b in [("1100", "1010"), ("12", "1"), ("11111", "-2"), ("-1", "4"), ("1", "5"), ("1", "0.5")]:
        shown(context, name, Decimal(a), Decimal(b))
