try:
    try:
        raise ExceptionGroup("g", [ValueError(1), KeyError(2)])
    except* ValueError as g:
        raise TypeError("new")
except ExceptionGroup as g:
    print(repr(g))
for attempt in ("ExceptionGroup('x', [])", "ExceptionGroup('x', 5)", "ExceptionGroup('x', [1])", "ExceptionGroup('x', [KeyboardInterrupt()])"):
    try:
        eval(attempt)
    except (TypeError, ValueError) as e:
        print(type(e).__name__, e)
try:
    try:
        raise ExceptionGroup("g", [ValueError(1)])
    except* ExceptionGroup:
        pass
except TypeError as e:
    print(e)
