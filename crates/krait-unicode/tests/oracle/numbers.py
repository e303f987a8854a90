"""Write tests/golden/numbers.txt with CPython 3.14: `operation TAB arguments... TAB result`.

Floats are their 16 hexadecimal digits, texts are escaped as in string literals, errors start with
`!` and the exception's name.
"""

import math
import random
import struct

random.seed(20)


def bits(value):
    return struct.pack(">d", value).hex()


def text(value):
    return value.encode("unicode_escape", "surrogatepass").decode("ascii")


def attempt(function):
    try:
        return function()
    except Exception as error:
        return f"!{type(error).__name__}: {error}"


def emit(*fields):
    print("\t".join(fields))


SPECIAL = [
    0.0, -0.0, 1.0, -1.0, 0.1, 0.5, 1.5, 2.5, 0.25, 0.125, 1e16, 1e15, 9999999999999998.0, 1e17, 123456789.125,
    1e-4, 1e-5, 1.2345e-5, 5e-324, 2.2250738585072014e-308, 1.7976931348623157e308, 1e22, 1e23, 0.3, 2 / 3,
    1e100, 12345678901234567890.0, 999999.5, 9.5, 99.5, 0.05, 1234567.891234567, 4503599627370497.5,
    math.inf, -math.inf, math.nan, 1e-10, 8.5, 1e300, 2.675, 1.005, 25.0, 35.0, 1150.0, 5e-5,
]
RANDOM = [struct.unpack(">d", random.randbytes(8))[0] for _ in range(20)]
RANDOM += [round(random.uniform(-1e6, 1e6), random.randrange(6)) for _ in range(30)]
RANDOM += [random.randrange(1, 1000) / 2 ** random.randrange(1, 12) for _ in range(20)]
FLOATS = SPECIAL + RANDOM

FLOAT_SPECS = """
e .0e .3e .20e #.0e f .0f .1f .2f .30f #.0f g .0g .1g .3g .17g .40g #g #.3g G E F % .1% .3 .17 .1 .0 + + .2f - z.1f z
20 <20 ^20 =20 020 +020.3f 020, , _ ,.2f 025_.3f .6_f .3, ._e _.,f *^30,.3f n .3n #n 010 x^+15.2e z.0f 5 .60f
""".split()
FLOAT_SPECS += [" ", " .3f", "_.4", "s", "d", ",n", "_n", "._n", ".", "5.", "_,f", ",_", ".6,_f", "10 5", "ff", "q", "\x01",
                "\xe9", "\u20ac", "99999999999999999999", ".2147483648f", "\ud800>12", "\u0665", "<<12", ",s", "__f",
                "z#.2f", "#z.2f", ".99999999999999999999f", "*=+20_.2f", "=+020"]

for value in FLOATS:
    emit("repr", bits(value), repr(value))
    emit("hex", bits(value), value.hex())
    for digits in (0, 1, 2, 3, 7, 15, 16, 20, 300, 323, 324, -1, -2, -3, -5, -15, -100, -308, -309):
        if math.isfinite(value):
            rounded = attempt(lambda: bits(round(value, digits)))
            emit("round", bits(value), str(digits), rounded)
    if not math.isnan(value):
        emit("hash", bits(value), str(hash(value)))
for value in SPECIAL:
    for spec in FLOAT_SPECS:
        emit("float", bits(value), text(spec), text(attempt(lambda: format(value, spec))))
for value in RANDOM:
    for spec in random.sample(FLOAT_SPECS[:58], 4):
        emit("float", bits(value), text(spec), text(attempt(lambda: format(value, spec))))
    for spec in ("%.3f", "%e", "%.17g", "%#.5g", "%+012.4f", "% -15.2e|", "%.0f"):
        emit("percent_float", bits(value), spec, spec % value)

INTS = [0, 1, -1, 7, -255, 1234567, -1234567, 10 ** 20, -(2 ** 70), 65, 2 ** 61 - 1, -(2 ** 61), 2 ** 64 - 1]
INT_SPECS = """
d b o x X c n #b #o #x #X #d , _ _x _b _o #_x 012_x 020, 010 08,d 0=10 =+10, *=20, *<30, *^21_ #020_b 040_b + -
+5 x<5 x>12 ^12 .3 .3d .3c .3f e % ,c _c #c +c ,x _n ,n z zd zx zf s q ff _, ._d .,d . #n #10x #010X 0^5 0<5 \u0663
""".split() + [" ", " d", "\ud800^9", "\U0001f600>8", "#,x", ",.2f", "\xe9"]
for value in INTS:
    emit("int_hash", str(value), str(hash(value)))
    for spec in INT_SPECS:
        if spec[-1] != "c" or value in (65, 7):
            emit("int", str(value), text(spec), text(attempt(lambda: format(value, spec))))
    for spec in "%d|%5d|%-8d|%08d|%+d|% d|%x|%#x|%#X|%#o|%.5d|%08.5d|%#.5x|%#012x|%-#12x|%i|%u|%+.3d|%0-8d".split("|"):
        emit("percent_int", str(value), spec, spec % value)

STRS = ["", "abc", "h\xe9llo", "\ud800x\U0001f600"]
STR_SPECS = ["", "s", "5", ">5", "^6", "*^7", ".2", "5.1", "05", "0", "=5", "+", "-", " ", "#", "z", ",", "_", ",s", "d",
             "n", "x", "_<5", "\U0001f600^6", ".", ".2_", "<5x", "z5", "0=5", "05.2s", "10 5", "\udc00", "<<"]
for value in STRS:
    for spec in STR_SPECS:
        emit("str", text(value), text(spec), text(attempt(lambda: format(value, spec))))
    for spec in ("%s", "%5s|", "%-5s|", "%.1s", "%05.2s|"):
        emit("percent_str", text(value), spec, text(spec % value))

COMPLEX = [1.5 - 2.25j, 0j, -0.0 - 0j, 3j, complex(math.nan, math.inf), complex(-math.inf, -math.nan), 1e20 + 1e-20j,
           complex(0.0, -0.0), complex(-0.0, 2.5), complex(1234567.5, -7654321.25)]
COMPLEX_SPECS = ["", ".2", "f", ".3f", "+.2e", "=10", "010", ">30", "*^40", ",", "%", "n", "d", "_", ".3_f", "z", "#", "#g",
                 ".0f", "0>10", "s", "\xe9", "+", "+f", " .1f", ",.2f", "E", "z.0f", "<45,.1f", "x"]
for value in COMPLEX:
    parts = (bits(value.real), bits(value.imag))
    emit("complex_repr", *parts, repr(value))
    for spec in COMPLEX_SPECS:
        emit("complex", *parts, text(spec), text(attempt(lambda: format(value, spec))))

FLOAT_TEXTS = """1 1.5 -1.5 +2 1. .5 . e5 1e5 1E+5 1e-5 1e 1e+ 1_000 1__0 _1 1_ 1_.5 1._5 1.5_5 1e1_0 1e_1 inf -inf
+Infinity INFINITY nan -nan NaN infin in n 0x10 1e400 -1e400 1e-400 1e99999999999999999999 1e-99999999999999999999
123456789012345678901234567890 0.1e1 00012 - + +- --1 1,5 \u0661\u0662.\u0665 \u0661_\u0662 1d 1f 1j 9007199254740993
2.2250738585072011e-308 179769313486231580793728971405301e276 1_e5 nan_ i_nf 4.35 0.000001 \ud835\udfd8 \U0001d7d8""".split()
FLOAT_TEXTS += ["", " ", " 1.5 ", "\t1\n", "1 2", "\u20031\u3000", "\x1c1\x1f", "\x851", "1\x00", "\xa01\xa0", "\ud800",
                "1e5 ", "\xe9"]
for source in FLOAT_TEXTS:
    emit("parse", text(source), attempt(lambda: bits(float(source))).partition(":")[0])

COMPLEX_TEXTS = ["1", "1j", "1+2j", "1-2j", "-1-2j", "j", "-j", "+j", "1+j", "1-j", "(1+2j)", " ( 1+2j ) ", "(1", "1)", "()",
                 "1 + 2j", "1+2", "1j+2", "1e5+1e-5j", "nan+infj", "inf-nanj", "infj", "1_0+2_0j", "1+2J", "1++2j", "1+-2j",
                 "jj", "1jj", "", " ", "((1))", "1+2j ", "\u0661+\u0662j", "1.5.5", "-0.0-0.0j", "+1", "1_+2j", "nanj", "-infj",
                 "1+(2j)", "\t1\n"]
for source in COMPLEX_TEXTS:
    result = attempt(lambda: bits(complex(source).real) + " " + bits(complex(source).imag))
    emit("parse_complex", text(source), result.partition(":")[0])

HEX_TEXTS = """0x1p0 1p0 1 -0x1.8p1 0x.8 0x1. 0x. x1 0x 0X1P+3 inf -INF nan infinity 0x1.fffffffffffff8p1023 0x1p1024 0x1p-1074 0x1p-1075
0x1.8p-1075 0x1.0000000000001p-1075 0x0.0000000000001p-1022 0x1.00000000000008p0 0x1.00000000000018p0 0x1.000000000000080001p0 0x1p
0x1p+ 0x1pp 0x1.8.8 1_0 0x1p99999999999999999999 0x0p99999999999999999999 0x1p-99999999999999999999 -0x0p0 ff ffp-4 +0xa
0x1.fffffffffffff7p1023 0x123456789abcdef01234567p-20 0x00000000000000000000000000000001p0 0x0.00000000000000000000001p80 0x1fffffffffffffep970
0x1fffffffffffffp-1075 0x3p-1075 0xfffffffffffffp-1074 0x1fffffffffffffp-1074 0x1.fffffffffffffp-1023 0xfffffffffffff8p-1077 -nan""".split()
HEX_TEXTS += ["", " ", " 0x1p0\n", "0x1 p0", "\xe9"]
for source in HEX_TEXTS:
    emit("from_hex", text(source), attempt(lambda: bits(float.fromhex(source))))
