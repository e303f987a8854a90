# An expression is not followed by an indentation, unless the line has an end.
for source in "1\n  ", "1\n\t", "1 # c\n\x0c ", "1\n  \\\n  ", "1\n  \n", "1\n  # c", "1  ", "1\n\x0c", "(1\n  )":
    try:
        print(repr(source), eval(compile(source, "source", "eval")))
    except SyntaxError as e:
        print(repr(source), type(e).__name__, e.args)
