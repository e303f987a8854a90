# Behind a continued line the column counts from the first line; names of characters count as the codec sees them.
SOURCES = [
    "x = \\\n\\ 1",
    "x = \\\n\\ 1234567890",
    "x = '''\né\n''' \\ 1",
    "x = 1\n\\ 1",
    "if x:\n\\ 1",
    r"'\N{LETTER é\é \x41'",
    r"'é\N{\\é\\\é'",
    r"'\N{a\é}'",
    r"f'\N{a\é'",
]
for source in SOURCES:
    for mode in "exec", "single":
        try:
            compile(source, "source", mode)
        except SyntaxError as e:
            print(repr(source), mode, e.args)
