# Text after a continuation, and brackets that are open where the input ends without a newline.
SOURCES = [
    "x = \\\n\n    1",
    "x = 1 + \\\n\n",
    "((a)\nprint x",
    "(a\nb x",
    "(a b\nprint x",
    "f((a)\nb",
]
for mode in "exec", "single", "eval":
    for source in SOURCES:
        try:
            compile(source, "<string>", mode)
        except SyntaxError as e:
            print(mode, repr(source), e.args)
