print("a b  c ".split(), "a,b,,c".split(","), " a b ".split(" "), "a b c".split(None, 1), "a-b-c".rsplit("-", 1), "".split(), "".split(","), "x".split("x"))
print("a\nb\r\nc\x85d\u2028e\x0bf".splitlines(), "a\nb\n".splitlines(True), "k=v=w".partition("="), "k=v=w".rpartition("="), "abc".partition("z"))
print(",".join(["a", "b"]), "".join(c for c in "xyz"), "-".join("abc"), ", ".join([]), ",".join({"k": 1}))
for f in (lambda: ",".join([1]), lambda: ",".join(5), lambda: "a".split(""), lambda: "a".split(5), lambda: "a".partition("")):
    try:
        f()
    except Exception as e:
        print(type(e).__name__, e)
