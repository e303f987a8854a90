# `yield` takes all that follows or nothing: it is no operand.
SOURCES = "yield | x", "x = (yield, 2)", "x = yield, 2", "f((yield) | 1)", "(yield @ 2)", "yield -x", "yield *x, 2", "(yield.x)", "(yield if a else b)", "[(yield) for x in y]", "(yield := 3)"
for source in SOURCES:
    try:
        compile(f"def f(): {source}", "", "exec")
        print("ok", source)
    except SyntaxError as e:
        print(source, e.msg, e.offset, e.end_offset)
