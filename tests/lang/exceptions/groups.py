def f():
    raise ExceptionGroup("many", [ValueError(1), TypeError("t"), ExceptionGroup("in", [KeyError("k")])])
try:
    f()
except* ValueError as g:
    print("value", g.exceptions)
except* (KeyError, TypeError) as g:
    print("others", g)
try:
    try:
        f()
    except* ValueError:
        pass
except ExceptionGroup as g:
    print(repr(g))
eg = ExceptionGroup("g", [ValueError(1), KeyError(2)])
print(eg.split(ValueError), eg.subgroup(KeyError), eg.derive([OSError()]))
try:
    raise OSError("plain")
except* OSError as g:
    print(repr(g))
