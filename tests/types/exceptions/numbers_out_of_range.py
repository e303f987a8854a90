class I:
    def __index__(self): return 2
for n in -1, 1.0, "x", 2**70, I(), None, 3:
    e = None
    try:
        e = BlockingIOError(1, "a", n)
        print(e.characters_written)
    except Exception as error:
        print(type(error).__name__, error, e and e.filename)
for line in 5, 2**40, 2**70, -2**70, True, "x":
    print(SyntaxError("a", ("f", line, 2, "t")))
for args in (2**70, 1), (0, -2**70), (None, 1):
    try:
        UnicodeDecodeError("a", b"a", *args, "w")
    except Exception as error:
        print(type(error).__name__, error)
def f(): pass
for n in 0, -1, 2:
    try:
        print(repr(f.__code__.replace(co_firstlineno=n)).split(", line")[1])
    except ValueError as error:
        print(error)
