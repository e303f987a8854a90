# Who complains about arguments, and in which words.
class SubStr(str): pass
class SubInt(int): pass
class Meta(type): pass
Made = Meta("Made", (), {})

def show(text, **names):
    try:
        print(text, "->", type(eval(text, globals(), names)).__name__)
    except Exception as e:
        print(text, "!!", type(e).__name__, e)

for text in """
int(1, 2, 3) | int.__new__(int, 1, 2, 3) | int.__call__(1, 2, 3) | SubInt(1, 2, 3) | int(1, 2, 3, x=1)
str(1, 2, 3, 4) | str.__new__(str, 1, 2, 3, 4) | SubStr(1, 2, 3, 4) | str(b'', None) | str.__new__(str, b'', None)
enumerate() | enumerate(x=1) | enumerate(1, x=1) | enumerate(start=2) | enumerate(start=2, x=1) | enumerate(iterable=1, x=1)
enumerate(x=1, y=2, z=3) | enumerate(1, 2, x=3) | enumerate.__new__(enumerate) | type('E', (enumerate,), {})()
type(1, x=1) | type(x=1) | type(1, 2) | type.__call__(type, 1, x=1) | type.__call__(type, 1) | Meta(1, x=1)
max() | max(x=1) | max(1, 2, x=1) | max(1, 2, key=None, default=1, x=1) | min(1, key=None, x=1)
sorted() | sorted(1, 2) | sorted(x=1) | sorted(1, x=1) | sorted([1], x=1) | sorted([1], key=None, reverse=1, x=1)
zip(1, x=1) | zip(1, strict=1, x=1) | map(1, x=1) | map(1, 2, strict=1, x=1)
super(1, 2, 3) | super(int, x=1)
int.mro(1) | Made.mro(1) | type.mro() | Made.__subclasscheck__() | int.__subclasses__(1)
bytes.maketrans(x=1) | str.maketrans(x=1) | SubStr().maketrans(x=1) | str.maketrans(1, 2) | str.maketrans('a', 'b', 2)
str.upper(1) | str.upper.__get__(1) | str.__len__(1) | str.__len__.__get__(1)
object().__format__(1) | object().__format__(None) | show.__code__.__replace__(1) | __builtins__.__dir__(1)
bytearray().__release_buffer__() | b''.__buffer__(2**70) | b''.__buffer__(2**40)
staticmethod.__new__(staticmethod) | staticmethod() | classmethod.__new__(classmethod, 1, x=2)
dict.__new__(x=1) | KeyboardInterrupt.__new__() | KeyboardInterrupt.__new__(1) | KeyboardInterrupt.__new__(ValueError)
'a'.replace('a', None) | (5).to_bytes(1, None) | type(None, (), {})
""".replace("\n", "|").split("|"):
    if text.strip():
        show(text.strip())
print(SubInt(1).__add__.__qualname__, int.mro.__qualname__, hasattr((1).__add__, "__module__"))
print([n for n in ("ValueError", "KeyError", "Warning", "UnicodeDecodeError") if "__new__" in vars(eval(n))])
