o = object()
print(repr(o).startswith("<object object at 0x"), o == o, o != object(), hash(o) == hash(o), type(o), bool(o), isinstance(o, object), object.__doc__ is not None, o.__class__, object.__mro__, object.__bases__)
for f in (lambda: setattr(o, "x", 1), lambda: o < o, lambda: object(1), lambda: object.__init__(), lambda: o.x, lambda: object.__new__(5), lambda: object.__new__(int), lambda: o[0], lambda: o()):
    try:
        f()
    except Exception as e:
        print(type(e).__name__, str(e).replace(hex(id(o)), "ID"))
