class Key(str):
    __hash__ = str.__hash__

    def __eq__(self, other):
        return str.__eq__(self, other)


namespace = {Key("x"): 5}
exec("print(x)", namespace)
exec("def f(): return x\nprint(f())", namespace)
