for excs in [ValueError()], (ValueError(),):
    eg = ExceptionGroup("msg", excs)
    print(repr(eg))
    for args in (), (1,), ("a", "b", "c"):
        eg.args = args
        print(repr(eg))
