# A handler may replace what is being decoded.
import codecs

BAD = [
    ("ascii", b"\xff"), ("utf-7", b"++"), ("utf-8", b"\xff"), ("utf-16", b"\xff"), ("utf-32", b"\xff"),
    ("unicode-escape", b"\\u123g"), ("raw-unicode-escape", b"\\u123g"), ("charmap", b"\xff"), ("cp1252", b"a\x81b"),
]


def replaced(by, text, position):
    def handler(error):
        error.object = by
        return text, position
    codecs.register_error("test.replaced", handler)
    for encoding, data in BAD:
        decoder = codecs.getdecoder(encoding)
        try:
            args = (data, "test.replaced", {}) if encoding == "charmap" else (data, "test.replaced")
            print(encoding, codecs.charmap_decode(*args) if encoding == "charmap" else decoder(*args))
        except (TypeError, IndexError) as e:
            print(encoding, type(e).__name__, e)


replaced(42, "x", 0)
replaced(b"", "x", 0)
replaced(b"abcd", "<>", 5)
replaced(b"abcd", "<>", -5)
replaced(b"abcd", "<>", 4)
