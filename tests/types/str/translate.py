print("abc".translate({97: "X", 98: None}), "abc".translate(str.maketrans("ab", "12", "c")), str.maketrans({"a": 1, "b": "xy"}), "é日".translate({233: 100}))
for f in (lambda: str.maketrans("a", "bc"), lambda: "a".translate({97: -1}), lambda: "a".translate({97: 1.5}), lambda: str.maketrans(5)):
    try:
        f()
    except Exception as e:
        print(type(e).__name__, e)
