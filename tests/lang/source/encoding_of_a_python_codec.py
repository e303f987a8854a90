# A source may be in any encoding that is registered.
import codecs

SOURCES = [
    ("cp437", b'x = "\x9b"'),
    ("kz1048", b'x = "\xff"'),
    ("unicode_escape", rb'x = "\u1234"'),
    ("utf-7", b'x = "+AGE-"'),
    ("mac_roman", b'x = "\x80"'),
    ("cp857", b'x = "\xe7"'),
    ("cp874", b'x = "\xdb"'),
    ("rot13", b"k = 1"),
    ("nosuch", b"x = 1"),
    ("undefined", b"x = 1"),
    ("raising", b"x = 1"),
    ("backwards", b"1 = x"),
]


def decode(data, errors="strict"):
    raise RuntimeError("from the codec")


def backwards(data, errors="strict"):
    head, line = bytes(data).decode().split("\n", 1)
    return head + "\n" + line[::-1], len(data)


def search(name):
    function = {"raising": decode, "backwards": backwards}.get(name)
    if function:
        return codecs.CodecInfo(codecs.ascii_encode, function, name=name)


codecs.register(search)
for encoding, body in SOURCES:
    namespace = {}
    try:
        exec(b"# coding: " + encoding.encode() + b"\n" + body, namespace)
    except Exception as e:
        print(encoding, type(e).__name__, e.args)
    else:
        print(encoding, ascii(namespace["x"]))
