# Mode `single` wants a statement.
ALLOW_INCOMPLETE_INPUT = 0x4000
for source in "", "\n", "# comment", "   ", " # comment\n", "\n\n", "\f", "\\\n", "1", "pass\n\n":
    for flags in 0, ALLOW_INCOMPLETE_INPUT:
        try:
            compile(source, "source", "single", flags)
            print(repr(source), "compiles")
        except SyntaxError as e:
            print(repr(source), repr(e))
