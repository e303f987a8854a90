# Token types, texts, places and lines; errors.
import _tokenize
import io


def show(source, extra_tokens=True):
    print(repr(source))
    try:
        for token in _tokenize.TokenizerIter(io.StringIO(source, newline="").readline, extra_tokens=extra_tokens):
            print(token)
    except SyntaxError as error:
        print(type(error).__name__, error.msg, error.lineno, error.offset)


for source in [
    "a = 1 # c\nif x:\n\n  # foo\n  y\nz",
    'f"a{x!r:>{w}}b"\n',
    'f"{{a}}b{x}"\n',
    '"""a\nb"""\n',
    "(\n1,\n)\r\nx\r\n",
    "a\\\nb\n",
    "(",
    "  x\n y\n",
    '"abc\n',
    "x$\n",
    "if 1:\n\tx\n        y\n",
    "",
    "\n",
    "#c",
    "x #é\né=1\n",
    "0x\n",
]:
    show(source)
show("a += 1\nif x:\n  y\n", extra_tokens=False)
print(list(_tokenize.TokenizerIter(io.BytesIO(b"\xc3\xa9=1\n").readline, encoding="utf-8", extra_tokens=True)))
