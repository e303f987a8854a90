s = "abracadabra"
print(s.find("a", 1), s.rfind("a"), s.index("bra", 2), s.rindex("bra"), s.count("a"), s.count("a", 1, -1), s.count(""), s.find("zz"), s.find("", 50), "".find(""))
print(s.startswith("abr"), s.startswith(("x", "ab")), s.endswith("bra", 0, 5), "cad" in s, "" in s, s.startswith("", 11), s.startswith("", 12))
for f in (lambda: s.index("z"), lambda: s.rindex("z"), lambda: 5 in s, lambda: s.startswith(5), lambda: s.find(5), lambda: s.startswith((1,))):
    try:
        f()
    except Exception as e:
        print(type(e).__name__, e)
