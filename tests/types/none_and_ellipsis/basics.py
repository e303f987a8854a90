print(None, repr(...), bool(None), bool(...), type(None), type(...)() is ..., type(None)() is None, NotImplemented, None == 0, hash(None) == hash(None))
for f in (lambda: None.x, lambda: None + 1, lambda: None(), lambda: None[0], lambda: bool(NotImplemented), lambda: type(None)(1), lambda: len(None), lambda: iter(None)):
    try:
        f()
    except Exception as e:
        print(type(e).__name__, e)
