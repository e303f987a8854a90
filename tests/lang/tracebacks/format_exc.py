import traceback
def f():
    raise ValueError("v")
try:
    f()
except ValueError as e:
    print(traceback.format_exc().replace(__file__, "FILE"))
    print([(s.name, s.lineno) for s in traceback.extract_tb(e.__traceback__)])
    print(traceback.format_exception_only(e))
