"""Prints text_methods.txt: operations on str, bytes, bytearray and memoryview and what CPython 3.14 makes of them.

Each line is: operation, tab, arguments as a Python tuple, tab, result or exception.
Run: python3.14 text_methods.py > text_methods.txt
"""
import operator
import warnings

warnings.simplefilter("ignore")
lines = []


def show(x):
    if isinstance(x, memoryview):
        return f"memoryview({x.tolist()!r})"
    return repr(x)


def run(op, *args):
    shown = repr(args)
    try:
        if op.startswith("."):
            result = getattr(args[0], op[1:])(*args[1:])
        elif op in ("str", "bytes", "bytearray", "memoryview", "list", "format", "hash"):
            result = getattr(__builtins__, op)(*args)
        else:
            result = OPS[op](*args)
        out = show(result)
    except Exception as e:
        out = f"{type(e).__name__}: {e}"
    if args and isinstance(args[0], bytearray):
        out += f" -> {args[0]!r}"
    assert "\t" not in shown + out and "\n" not in shown + out
    lines.append(f"{op}\t{shown}\t{out}")


OPS = {
    "%": operator.mod, "+": operator.add, "*": operator.mul, "[]": operator.getitem, "==": operator.eq, "<": operator.lt,
    "in": lambda a, b: b in a, "[]=": operator.setitem, "del": operator.delitem, "+=": operator.iadd, "*=": operator.imul,
    "[:]": lambda x, a, b, c: x[a:b:c], "[:]=": lambda x, a, b, c, v: operator.setitem(x, slice(a, b, c), v),
    "del[:]": lambda x, a, b, c: operator.delitem(x, slice(a, b, c)),
    "view.cast": lambda x, *a: memoryview(x).cast(*a), "view[:]": lambda x, a, b, c: memoryview(x)[a:b:c],
    "view.hex": lambda x, *a: memoryview(x).hex(*a), "view.get": lambda x, i: memoryview(x)[i],
    "view.set": lambda x, i, v: operator.setitem(memoryview(x), i, v), "view==": lambda x, y: memoryview(x) == y,
}

STRS = ["", "a", "abc", "Hello World", "  pad ding  ", "aXbXc", "é", "Straße ǅ ﬁ", "日本語テキスト" * 8, "a\U0001F600b\u0301", "\ud800x", "1½٣", "-42", "\x1f\u2028z"]
for s in STRS:
    for m in ("lower upper casefold title capitalize swapcase isascii isalpha isalnum isdecimal isdigit isnumeric isspace isprintable islower "
              "isupper istitle isidentifier split rsplit splitlines strip lstrip rstrip __repr__ __len__ expandtabs encode __hash__").split():
        if m != "__hash__" or s == "":
            run("." + m, s)
    for m in "find rfind index rindex count startswith endswith partition rpartition split rsplit removeprefix removesuffix strip lstrip rstrip".split():
        for sub in ("", "a", "X", "本", s[:2], s[-2:], 1, None, b"x"):
            run("." + m, s, sub)
    for m in "find rfind count startswith endswith".split():
        for a, b in ((1, None), (-3, -1), (2, 1), (100, None), (None, 2), (-100, 100), ("x", 1)):
            run("." + m, s, "", a, b)
            run("." + m, s, s[1:2], a, b)
    for n in (-1, 0, 5, 12, 13):
        run(".center", s, n); run(".ljust", s, n, "é"); run(".rjust", s, n, "*"); run(".zfill", s, n); run("*", s, n)
        run(".split", s, None, n); run(".rsplit", s, None, n); run(".split", s, "X", n); run(".rsplit", s, "X", n)
        run(".replace", s, "", "-", n); run(".replace", s, "a", "é", n)
    for i in (0, 1, -1, 40, 55, 56, -57, 2**70, 1.5, "a", None):
        run("[]", s, i)
    for sl in ((None, None, None), (1, -1, None), (None, None, -1), (5, 1, -2), (0, 100, 3), (33, 40, 1), (0, 1, 0)):
        run("[:]", s, *sl)
    for e in ("utf-8", "ascii", "latin-1", "utf-16", "utf-16-be", "utf-32-le", "UTF_8", "Latin1"):
        for err in ("strict", "ignore", "replace", "backslashreplace", "xmlcharrefreplace", "namereplace", "surrogateescape", "surrogatepass", "nonesuch"):
            run(".encode", s, e, err)
    for spec in ("", "10", "<10", ">10", "^10", "*^11", "é>9", ".2", "08", "=5", "+", " ", "#", "d", "10.3s", ",", "_", "x", "5z", "\u0663"):
        run("format", s, spec)

for args in (("", [1]), (",", ["a", "b"]), ("-", "abc"), ("é", ["x", "y"]), (".", ["a", 1]), (".", 5), (".", ()), (",", ["a"]), (",", None), (",", [b"x"])):
    run(".join", *args)
for args in (("abc", {97: "X", 98: None, 99: 0x20AC}), ("abc", {}), ("aé", {233: "e"}), ("abc", [1]), ("a", {97: 0x110000}), ("a", {97: 1.5}), ("a", {97: -1})):
    run(".translate", *args)
for args in (("x", {"a": 1, 98: "y"}), ("x", "ab", "cd"), ("x", "ab", "cd", "e"), ("x", "ab", "c"), ("x", {"ab": 1}), ("x", 1), ("x", {1.5: 1}), ("x", 1, "a"), ("x", "a", 1)):
    run(".maketrans", *args)
for args in (("{} {}", 1, 2), ("{0} {1} {0}", "a", "b"), ("{:>5}|{:<5}", "a", 1), ("{!r} {!s} {!a}", "é", "é", "é"), ("{0[0]} {0[1]}", [1, 2]),
             ("{0[a]}", {"a": 1}), ("{0.real}", 5), ("{:{}}", "x", 5), ("{:{}{}}", "x", ">", 5), ("{{}}",), ("{",), ("}",), ("{0",), ("{!x}", 1), ("{} {0}", 1),
             ("{0} {}", 1), ("{}",), ("{a}",), ("{0[}", 1), ("{0.}", 1), ("{0[]}", [1]), ("{0[0]x}", [1]), ("{!}", 1), ("{!r:>5}", "a"), ("{!rx}", "a"), ("{:{:{}}}", 1, 2, 3),
             ("{0!r", 1), ("{99999999999999999999}",), ("a{b", 1), ("{0:{1}}", 3.14159, ".2f"), ("{[0]}", [7]), ("{.imag}", 3)):
    run(".format", *args)
for args in (("{a} {b[0]}", {"a": 1, "b": [2]}), ("{}", {}), ("{0}", {}), ("{x}", {})):
    run(".format_map", *args)

PERCENT = [("%s", 1), ("%s %s", ("a", 2)), ("%r %a", ("é", "é")), ("%d %i %u", (1, -2, 3)), ("%5d|%-5d|%05d|%+d|% d", (1, 2, 3, 4, 5)), ("%x %X %#x %o %#o", (255, 255, 255, 8, 8)),
           ("%e %f %g %G", (1.5, 2.5, 1e10, 1e-10)), ("%.3f %10.2f %-10.1e|", (3.14159, 2.5, 12345.6)), ("%c%c", ("x", 65)), ("%%",  ()), ("%(a)s %(b)d", {"a": 1, "b": 2}),
           ("%*d %-*d|", (5, 1, 5, 2)), ("%.*f", (2, 3.14159)), ("%s", ()), ("%s", (1, 2)), ("%d", "a"), ("%x", 1.5), ("%d", 3.99), ("%c", "ab"), ("%c", 0x110000), ("%c", 1.5), ("%z", 1),
           ("%", 1), ("%(a", {}), ("%(a)s", 1), ("%(a)s", {}), ("abc", 1), ("abc", {}), ("%f", "x"), ("%.2s", "abc"), ("%5s|%-5s|", ("a", "b")), ("%10.3s|", "abcdef"), ("%d", 2**100), ("%x", -2**70),
           ("%.50d", 7), ("%*d", ("a", 1)), ("%d", None), ("%ld", 5), ("%i", True), ("%s", None), ("%s", b"x"), ("%é", 1), ("%s%%%s", (1, 2)), ("%08.3f", -3.14159), ("%+.1e", 0.0), ("%d", float("inf") if 0 else 1e20)]
for f, a in PERCENT:
    run("%", f, a)
    if f.isascii():
        run("%", f.encode(), a if not isinstance(a, str) else a.encode())
        run("%", bytearray(f.encode()), (b"x", 1))

for args in ((), ("x",), (1,), (None,), (b"abc",), (b"abc", "ascii"), (b"\xe9", "latin-1"), (b"\xff", "utf-8"), (b"\xff", "utf-8", "replace"), ("x", "ascii"), (1, "ascii"), (b"x", 1), (b"x", "ascii", 1), (b"x", "nonesuch"), ([1, "a", b"x"],)):
    run("str", *args)
BYTES = [b"", b"a", b"abc", b"Hello World", b"  pad \t ding\r\n", b"aXbXc", b"\xff\x00'\"", b"-42", b"\xe6\x97\xa5\xed\xa0\x80\xf0\x9f", b"ff 0A"]
for T in (bytes, bytearray):
    for b in BYTES:
        def r(op, *a):
            run(op, T(b), *a)
        for m in ("lower upper title capitalize swapcase isascii isalpha isalnum isdigit isspace islower isupper istitle split rsplit splitlines strip lstrip rstrip "
                  "__repr__ __len__ expandtabs decode hex").split():
            r("." + m)
        for m in "find rfind index rindex count startswith endswith partition rpartition split rsplit removeprefix removesuffix strip lstrip rstrip".split():
            for sub in (b"", b"a", b"X", bytearray(b"b"), "s", 97, 300, None, 1.5):
                r("." + m, sub)
        for n in (-1, 0, 5, 12):
            r(".center", n); r(".ljust", n, b"*"); r(".rjust", n, b"ab"); r(".zfill", n); r("*", n); r(".rjust", n, "x"); r(".ljust", n, b"x")
            r(".split", None, n); r(".rsplit", None, n); r(".replace", b"", b"-", n); r(".replace", b"a", b"zz", n); r(".split", b"X", n)
        for i in (0, 1, -1, 40, 2**70, "a", None):
            r("[]", i)
        for sl in ((None, None, None), (1, -1, None), (None, None, -1), (0, 100, 3), (0, 1, 0)):
            r("[:]", *sl)
        for e in ("utf-8", "ascii", "latin-1", "utf-16", "utf-32-be"):
            for err in ("strict", "ignore", "replace", "backslashreplace", "surrogateescape", "surrogatepass", "xmlcharrefreplace", "nonesuch"):
                r(".decode", e, err)
        for other in (b"abc", bytearray(b"abc"), "abc", 1, None):
            r("==", other); r("<", other); r("+", other); r("in", other)
        for args in ((":",), (b":", 2), (":", -2), ("::",), ("é",), (1,), (":", 0), ("",)):
            r(".hex", *args)
    for args in (("ff 0A",), ("f",), ("fg",), ("f f",), (b"ff",), (1,), ("  ",), ("é",)):
        run(".fromhex", T(b""), *args)
    for args in ((b"abc", b"xyz"), (b"ab", b"x"), ("a", b"b")):
        run(".maketrans", T(b""), *args)
    run(".translate", T(b"abc"), None, b"b"); run(".translate", T(b"abc"), bytes(range(1, 256)) + b"\0"); run(".translate", T(b"abc"), b"x"); run(".translate", T(b"abc"), "x")
    for args in ((b"-", [b"a", b"b"]), (b"-", [b"a", bytearray(b"b")]), (b"", []), (b"-", [1]), (b"-", ["a"]), (b"-", 5), (b"-", b"abc")):
        run(".join", T(args[0]), args[1])
    for args in ((), (5,), (-1,), (b"abc",), (bytearray(b"x"),), ("abc",), ("abc", "ascii"), ("é", "latin-1"), ("é", "ascii"), ([1, 2, 3],), ([256],), (["a"],), (1.5,), (None,), (b"x", "ascii"), (2**70,), ("a", "ascii", "ignore"), (b"x", None), ((1, 2),), ([],)):
        run(T.__name__, *args)

B = lambda: bytearray(b"0123456789")
for op, *args in ((".append", 65), (".append", 256), (".append", "a"), (".extend", b"abc"), (".extend", [1, 2]), (".extend", [256]), (".extend", "abc"), (".extend", 5), (".insert", 0, 65), (".insert", -1, 65), (".insert", 100, 65),
                  (".pop",), (".pop", 0), (".pop", 50), (".pop", -3), (".remove", 53), (".remove", 65), (".clear",), (".copy",), (".reverse",), (".resize", 3), (".resize", 12), (".resize", -1),
                  ("[]=", 0, 65), ("[]=", -1, 65), ("[]=", 10, 65), ("[]=", 0, 256), ("[]=", 0, "a"), ("[]=", "a", 1), ("[:]=", 1, 3, None, b"XYZ"), ("[:]=", None, None, 2, b"abcde"), ("[:]=", None, None, 2, b"abc"),
                  ("[:]=", None, None, -1, b"abcdefghij"), ("[:]=", 2, 5, None, [1, 2]), ("[:]=", 2, 5, None, "ab"), ("[:]=", 2, 5, None, 3), ("[:]=", 5, 2, None, b"zz"), ("[:]=", None, None, 3, b""), ("del", 0), ("del", 20), ("del[:]", 2, 5, None), ("del[:]", None, None, 2),
                  ("del[:]", None, None, -3), ("del[:]", 0, 5, None), ("+=", b"abc"), ("+=", "abc"), ("+=", bytearray(b"z")), ("*=", 2), ("*=", 0), ("*=", "a"), ("list",)):
    run(op, B(), *args)
run(".pop", bytearray())
for args in ((b"12345678", "B"), (b"12345678", "I"), (b"12345678", "q"), (b"\0\0\x80?", "f"), (b"123", "H"), (b"1234", "x"), (b"1234", "c"), (b"1234", "B", [2, 2]), (b"1234", "B", (2, 3)), (b"1234", "b"), (b"\x01\0", "?"), (b"\0\x3c", "e"), (b"1234", "@H"), (b"1234", "<H"), (b"1234", 5), (b"1234", "B", [0, 4]), (b"1234", "B", "x"), (b"1234", "B", [4])):
    run("view.cast", *args)
for sl in ((None, None, None), (1, 3, None), (None, None, -1), (None, None, 2), (10, 20, None)):
    run("view[:]", b"abcdef", *sl)
for v in (b"abc", bytearray(b"abc"), "abc", 5, None, [1]):
    run("memoryview", v)
for i in (0, -1, 5, "a", (0,), (0, 0), None, ...):
    if i is not ...:
        run("view.get", b"abc", i)
for i, v in ((0, 65), (-1, 255), (0, 256), (5, 1), (0, "a"), (0, b"a"), (0, None), (0, -1)):
    run("view.set", bytearray(b"abc"), i, v)
    run("view.set", b"abc", i, v)
for y in (b"abc", bytearray(b"abc"), "abc", b"abd", 5):
    run("view==", b"abc", y)
run("view.hex", b"abc"); run("view.hex", b"abc", ":"); run("view.hex", b"abcdef", "-", 4)
for s in ("abc", "é日", b"ab", ""):
    run("list", s)

print("\n".join(lines))
