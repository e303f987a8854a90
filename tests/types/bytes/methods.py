print(b"a,b".split(b","), b",".join([b"a", bytearray(b"b")]), b"Abc".upper(), b"abc".title(), b" x ".strip(), b"abc".find(98), b"abc".replace(b"b", b"X"), b"abc".center(7, b"*"), b"a\nb".splitlines(), b"abc".translate(None, b"b"), b"abc".translate(bytes.maketrans(b"a", b"z")))
print(b"%d %s %b %a %x" % (5, b"s", b"b", "é", 255), b"12".isdigit(), b"abc".startswith((b"x", b"ab")), b"abc".partition(b"b"), b"aXbX".rsplit(b"X", 1), b"ab".zfill(5), b"a\tb".expandtabs(3), b"abc".removeprefix(b"a"), b"abab".count(b"ab"))
for f in (lambda: b"a".split("x"), lambda: b",".join(["a"]), lambda: b"abc".index(b"z"), lambda: b"%s" % "a", lambda: b"a".replace("a", "b")):
    try:
        f()
    except Exception as e:
        print(type(e).__name__, e)
