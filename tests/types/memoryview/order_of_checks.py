class P: pass
nd = memoryview(bytearray(8)).cast("B", [2, 4])
plain = memoryview(bytearray(b"abc"))
fixed = memoryview(b"abc")

def attempt(text):
    try:
        exec(text)
        print(text)
    except Exception as e:
        print(text, "!!", type(e).__name__, e)

for text in ("plain[::0] = 1", "plain[::P()] = 1", "plain[::0] = b''", "plain[0:1] = b'ab'", "nd[0] = 1", "nd[2**70]", "nd[0]", "nd[0:1] = 1",
             "fixed.index(1, 'a')", "fixed.index(1, None)", "fixed.index(97, I()) if 0 else 0", "fixed.tobytes(1)", "fixed.tobytes(None)",
             "memoryview(b'').cast('B', 1)", "memoryview(b'').cast('B', [-1])", "nd.cast('B', [-2, 2])", "fixed.cast('B', 1)",
             "fixed.__buffer__(1)", "fixed.__buffer__(4)", "fixed.__buffer__(8)", "nd.__buffer__(5)", "fixed.__reduce_ex__(2)",
             "attempt.__code__.__reduce_ex__(2)", "None.__reduce_ex__(2)"):
    attempt(text)
