# What the parser has looked at when it finds an error is warned of, or is the error.
import warnings

SOURCES = [
    r"'\e' $",
    r"'\e' 1",
    r"'\e' '\q' $",
    r"f'\e' $",
    r"b'\e' $",
    r"x = '\e'; $ '\q'",
    "'\\e'\n'\\q'\nx y\n'\\z'",
    r"f(a for a in b, '\e')",
    r"f(x='\e', 1)",
    r"('\e', 3) = 4",
    r"import '\e'",
    "try:\n '\\e'\nx",
    "0x1for x in y $",
    "x y\n1if",
    "1if 2else",
    "'\\e",
    "'\\e' b'\\q'",
    r"f'\e{1}\q {x y}'",
    r"f'\{'",
    "x = (\n'\\e'\n 1 2if\n'\\q'",
]
for mode in "exec", "eval":
    for source in SOURCES:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            try:
                compile(source, "<string>", mode)
            except SyntaxError as e:
                found = e.msg, e.lineno, e.offset
        print(mode, repr(source), found)
        for w in caught:
            print("   ", w.category.__name__, w.message, w.filename, w.lineno)

warnings.simplefilter("error")
for source in SOURCES:
    if source[0] in "fb" or "1 2if" in source:
        continue
    try:
        compile(source, "<string>", "exec")
    except SyntaxError as e:
        print(repr(source), e.msg, e.lineno, e.offset, repr(e.text))
