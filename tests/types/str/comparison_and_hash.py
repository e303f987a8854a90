words = ["b", "a", "é", "z", "Z", "", "aa", "😀", "\uffff", "日"]
print(sorted(words), max(words), "a" < "b", "a" == "a", "a" != 1, hash("") == hash(""), "a" * 3, 3 * "ab", "a" * -1, "é" + "a")
for f in (lambda: "a" < 1, lambda: "a" + 1, lambda: "a" * "b", lambda: "a" * 1.5, lambda: 1 + "a", lambda: "a" * (1 << 80)):
    try:
        f()
    except Exception as e:
        print(type(e).__name__, e)
