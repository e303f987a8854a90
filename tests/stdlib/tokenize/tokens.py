import tokenize, io
for t in tokenize.generate_tokens(io.StringIO("def f(x):\n    return x + 1.5  # c\n").readline):
    print(tokenize.tok_name[t.type], repr(t.string), t.start, t.end)
