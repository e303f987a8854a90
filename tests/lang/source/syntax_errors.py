sources = ["def f(x, x): pass", "return 1", "break", "x = yield = 1", "f(a=1, 2)", "class C:\n return 1", "nonlocal x",
    "def f():\n global x\n x = 1\n nonlocal x", "a + 1 = 2", "print 1", "if x\n  pass", "for i in range(3) pass", "'unterminated",
    "(1, 2", "]", "x = {1: 2, 3}", "f(**k, *a)", "def f(*): pass", "def f(a=1, b): pass", "import a.b as c.d", "del f()", "1 = x",
    "x := 1", "lambda: (yield)\nawait x", "async def f():\n  [x async for x in y]\n  yield from x", "match x:\n case a | b: pass",
    "f'{'", "f'{a b}'", "0777", "1__0", "a = 5x", "\tx\n y", "def f():\n  x\n y", "None = 1", "__debug__ = 1", "with a as 1: pass",
    "*a", "x = *a", "try: pass\nx", "from __future__ import nothing", "x\nfrom __future__ import division", "a, b += 1", "é = 1 €"]
for s in sources:
    try:
        compile(s, "<s>", "exec")
        print("no error", repr(s))
    except SyntaxError as e:
        print(type(e).__name__, e.msg, e.lineno, e.offset, e.end_lineno, e.end_offset)
