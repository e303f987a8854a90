import sys
sys.stdout.reconfigure(errors="backslashreplace")
class P: pass
for text in ("getattr(1, s)", "setattr(1, s, 2)", "delattr(1, s)", "getattr(int, s)", "setattr(int, s, 1)", "delattr(P, s)", "setattr(int, 1, 2)",
             "setattr(P, 1, 2)", "type.__delattr__(int, 1)", "object.__getattribute__(int, 'x')"):
    try:
        eval(text, globals(), {"s": "a\ud800b"})
    except Exception as e:
        print(text, type(e).__name__, e)
