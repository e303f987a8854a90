try:
    try:
        raise ExceptionGroup("eg", [ValueError(1), OSError(2)])
    except* ValueError as e:
        raise
    except* OSError as e:
        raise
except ExceptionGroup as e:
    print(repr(e), str(e), e.message, e.exceptions)
try:
    try:
        raise ExceptionGroup("eg", [ValueError(1), OSError(2)])
    except* ValueError as e:
        raise
except ExceptionGroup as e:
    print(repr(e), str(e), e.message, e.exceptions)
class cm:
    def __init__(s,e): s.e=e
    def __enter__(s): return s
    def __exit__(s,*a):
        raise s.e
e1=Exception(1);e2=Exception(2);e3=Exception(3); e4=Exception(4)
try:
    try:
        raise e1
    except Exception:
        raise e2
except Exception as e: print(repr(e), repr(e.__context__))
try:
    with cm(e4):
      with cm(e3):
        with cm(e2): raise e1
except Exception as e:
    while e: print(repr(e)); e=e.__context__
