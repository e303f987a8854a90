# Annotations of a function's variables keep no names, those that are text have no scope; names
# that scopes have by themselves come first. Decorators stand outside.
import symtable

SOURCES = [
    "def f():\n  c: int = y",
    "def f(z):\n  c: (lambda: z)",
    "def f():\n  c: [i for i in y]",
    "x: int\ny.z: str",
    "class A:\n  x: int\n  if y: z: int",
    "class A:\n  if y: (z): int",
    "from __future__ import annotations\nx: int\ndef f(a: int): b: str",
    "class A:\n  type X = int\n  type Y[T: int] = T\n  def f[T = 3](self=1, *, k=2): pass",
    "class A[T]: pass",
    "def f(a, b):\n  class A:\n    b = a\n    def g(self): return a, b\n    def h(self): return a",
    "type X[T: int,\n*Ts] = (\nT)",
    "@a\n@b\nclass A[T]: pass",
    "@a\nasync def f(b: int): pass",
    "def f(a):\n  for b in c: d = e",
]


def show(table, depth=0):
    names = [str(s) for s in table.get_symbols()]
    print("  " * depth, table.get_type(), table.get_name(), table.get_lineno(), *names)
    for child in table.get_children():
        show(child, depth + 1)


for source in SOURCES:
    print(source)
    show(symtable.symtable(source, "x", "exec"))
