# What the library searches for misspelt keywords begins at the last compound statement that was whole.
SOURCES = [
    "if 1:\n  pass\nx y",
    "if 1:\n if 2: pass\n x y",
    "class A:\n  def f(): pass\n  def g(): pass\n  x y\n",
    "for é in x: pass\nwhile x: x y",
    "match x:\n case 1: pass\nx y",
    "if 1: pass\nwith a: pass\n@b\nclass C: pass\nx y",
    "while 1:\n  async with a: pass\n  x y",
    "x y",
]
for source in SOURCES:
    try:
        compile(source, "", "exec")
    except SyntaxError as e:
        print(repr(source), e._metadata[:2])
