class C(str):
    def __mul__(self, n): return super().__mul__(n)

for text in ("'ab' * 2**62", "b'ab' * 2**62", "bytearray(b'ab') * 2**62", "'a' * None", "'a'.__mul__(None)", "b'a'.__mul__('b')",
             "bytearray().__imul__([])", "[].__mul__(None)", "C('a') * None", "'a' * 2**63"):
    try:
        eval(text)
    except Exception as e:
        print(text, type(e).__name__, e)
