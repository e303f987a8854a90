# A name that a scope has only because of a comprehension in it is used there.
import symtable

SOURCE = """
def f(e):
    class A: [i for i in x if e]
    class B:
        e = [i for i in x if e]
    def g(): return [i for i in x if e], lambda: e
    def j(e): return [i for i in x if e]
    def l():
        global e
        return [e for i in x]
    def h():
        def k(): return e
"""


def show(table):
    print(table.get_name(), sorted((s.get_name(), s.is_referenced()) for s in table.get_symbols()))
    for child in table.get_children():
        show(child)


show(symtable.symtable(SOURCE, "x", "exec"))
