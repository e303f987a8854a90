# Future imports are checked where only a tree is wanted.
import ast

for source in (
    "from __future__ import nope",
    "'doc'\nfrom __future__ import division, nope",
    "from __future__ import braces",
    "x = 1\nfrom __future__ import nope",
):
    try:
        print(ast.unparse(ast.parse(source)))
    except SyntaxError as e:
        print(repr(e), e.lineno, e.filename)
