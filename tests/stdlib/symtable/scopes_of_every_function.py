# Every function has a scope for annotations, unless they are texts, and one of type parameters gets defaults.
import symtable


def walk(table, depth=0):
    names = [(s.get_name(), s.is_parameter(), s.is_free()) for s in table.get_symbols()]
    print(" " * depth, table.get_type(), table.get_name(), table.get_lineno(), sorted(names))
    for child in table.get_children():
        walk(child, depth + 2)


FUTURE = "from __future__ import annotations\n"
SOURCES = [
    "async def f(): yield",
    FUTURE + "async def f(): yield",
    FUTURE + "class C:\n    x: int\n    def f(self, y: x): pass",
    "def f[T](): pass",
    "def f[T](*, x=1): pass",
    "@d(lambda: 1)\ndef f[T](x: T = lambda: 2): pass",
    "class C[T]:\n    def f[U](self): pass",
]
for source in SOURCES:
    print(source)
    walk(symtable.symtable(source, "source", "exec"))
