for source in [
    "[(c := 1) for a, (*b, c[d + e::f(g)], h.i) in j]",
    "[(h := 1) for a, (*b, c[d], h.i) in j]",
    "[(a := 1) for a, b in j]",
    "[(b := 1) for a, (*b, c) in j]",
    "class F:\n    def m(self): [[(__x := 2) for _ in ()] for __x in ()]",
]:
    try:
        compile(source, "<test>", "exec")
        print("fine")
    except SyntaxError as e:
        print(e.msg)
