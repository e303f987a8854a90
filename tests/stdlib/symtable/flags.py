# The raw tables: kinds of scopes and the bits of names.
import _symtable

table = _symtable.symtable(
    """
import os
def f(a, *b, c: int = 1):
    global g
    x = 1
    def h():
        nonlocal x
        return x, a
    return lambda q: q + g
class C(Base):
    y: int = 1
    def m(self):
        return __class__
type A[T: int] = T
""",
    "f",
    "exec",
)


def show(entry, depth=0):
    print("  " * depth, entry.name, entry.type, entry.lineno, entry.nested, entry.varnames, sorted(entry.symbols.items()))
    for child in entry.children:
        show(child, depth + 1)


show(table)
try:
    _symtable.symtable("x", "f", "file")
except ValueError as error:
    print(error)
