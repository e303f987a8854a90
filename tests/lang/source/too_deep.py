import sys
for source in ("(" * 500 + ")" * 500, "-" * 100000 + "1", "+".join(["1"] * 10000), "[" * 150 + "]" * 150, "x" + ".a" * 3000, "f" + "()" * 3000):
    try:
        compile(source, "s", "eval")
        print("compiled")
    except (SyntaxError, RecursionError, MemoryError) as e:
        print(type(e).__name__ if len(source) > 50000 else "error")
