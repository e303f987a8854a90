print(str(), str(5), str(b"x"), str(b"\xc3\xa9", "utf-8"), str(b"\xff", errors="replace"), str(object=1), repr(str(None)))
class S(str):
    def __str__(self): return "own"
s = S("value")
print(s, s + "", str(s), repr(s), s.upper(), type(s.upper()).__name__, s == "value", f"{s}", "%s" % s, len(s))
for f in (lambda: str(5, "utf-8"), lambda: str(b"\xff", "utf-8"), lambda: str("a", "utf-8"), lambda: str(1, 2, 3, 4)):
    try:
        f()
    except Exception as e:
        print(type(e).__name__, e)
