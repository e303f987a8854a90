import sys
print(1, "a", None, sep="-", end="!\n")
print(sep="x")
print("flush", flush=True, file=sys.stdout)
class W:
    def write(self, s): sys.stdout.write(f"<{s}>")
print("a", "b", file=W())
for f in (lambda: print(sep=5), lambda: print(end=5), lambda: print("x", file=5)):
    try:
        f()
    except Exception as e:
        print(type(e).__name__, e)
