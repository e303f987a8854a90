# An error shows the physical line it stands in; a wrong conversion is an error at once.
SOURCES = [
    "x = \\\n1 2", "x = (\\\n1 2)", "x = '''\n''' 1", "def f():\n  x \\\n  y", "x = f'''\n{1 2}'''",
    "\\\n\\\nx y", "x = \\\n$", "f(a,\nb c)", "x = '''\nabc",
    "f'{x!z'", "f'{x!z 1'", "f'{x=!z'", "f'{x!z!z}'", "t'{x!z", "f'{x! r}'", "f'{x!r'", "f'{x!1}'",
    "f'{x!s:5'", "t'{x!s:5'", "t'{x:{y}5'", "f'{x:{y}5'",
    "x += 1; global x", "def f():\n    x += y\n    global y",
]
for source in SOURCES:
    for mode in "exec", "single":
        try:
            compile(source, "source", mode)
            print(repr(source), "compiles")
        except SyntaxError as e:
            print(repr(source), mode, *e.args)
