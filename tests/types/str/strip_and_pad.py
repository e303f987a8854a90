print(repr("  x\u3000".strip()), "xxaxx".strip("x"), "abcab".lstrip("ab"), "abcab".rstrip("ab"), "x".center(6, "*"), "x".ljust(3, "."), "x".rjust(3), "-5".zfill(5), "+x".zfill(4), "a\tb\n\tc".expandtabs(4))
print("prefix-x".removeprefix("prefix-"), "x.py".removesuffix(".py"), "x".removesuffix(""), "abc".replace("b", "XX"), "aaa".replace("a", "b", 2), "abc".replace("", "-"), "".replace("", "x"))
for f in (lambda: "x".center(5, "ab"), lambda: "x".ljust("a"), lambda: "x".strip(5)):
    try:
        f()
    except TypeError as e:
        print(e)
