# Bounds are converted before what is searched for, items one after the other.
class I:
    def __index__(self): print("index"); return 0
class It:
    def __iter__(self): yield "a"; print("not reached")

for text in ("b'a'.find('x', 'y')", "b'a'.find(300, 'y')", "b'a'.index('x', I())", "b'a'.count('x', I())", "bytearray(b'a').rfind([], 1.5)",
             "b'a'.find(300, 5)", "int.from_bytes(It())", "bytes(It())", "b''.decode('nope')", "bytearray().decode('hex')", "str(b'', 'nope')",
             "bytearray().extend('')", "bytearray(b'a').__setitem__(2**70, -1)"):
    try:
        print(text, repr(eval(text)))
    except Exception as e:
        print(text, type(e).__name__, e)
