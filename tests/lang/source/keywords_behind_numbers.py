# Only some keywords may touch a number, and are warned of.
import warnings

SOURCES = "raise 1from x", "with 1as x: pass", "match 1:\n case 1as x: pass", "x = 1if 2else 3", "0x1for x in y", "1is 2", "1not in x", "def f(): yield 1async", "lambda: 1and 2or 3", "x = 1lambda: 2", "assert 1, 2import x"
for source in SOURCES:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            compile(source, "", "exec")
            found = "ok"
        except SyntaxError as e:
            found = e.args
    print(repr(source), found, [str(w.message) for w in caught])
