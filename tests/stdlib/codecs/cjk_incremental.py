# Input in pieces: what is pending, and the states that codecs give and take.
import codecs

TEXT = {
    "gb18030": "a\u4e2d\u20ac\U0001f600~",
    "hz": "a\u4e2d~b\u6587\n",
    "euc_jis_2004": "\u304b\u309a\u304bx\xe6\u0300\xe6",
    "shift_jis_2004": "\u304b\u309a\u304bx\xe6\u0300\xe6\\~",
    "big5hkscs": "\xca\u0304\xcax\xea\u030c\xea",
    "euc_kr": "\uac00\uac02\uac03a",
    "iso2022_jp": "a\u3042\xa5\u6f22\nb",
    "iso2022_jp_2": "a\u3042\xe9\uac00\u4e2d\n",
    "iso2022_jp_2004": "\u304b\u309a\u304bx\xe6\u0300",
    "iso2022_jp_ext": "\uff71\u3042\xa5\u6f22",
    "iso2022_kr": "a\uac00b\uac00\n\uac00",
}
for encoding, text in TEXT.items():
    print(encoding)
    encoder = codecs.getincrementalencoder(encoding)()
    pieces, states = [], []
    for c in text:
        pieces.append(encoder.encode(c))
        states.append(encoder.getstate())
    pieces.append(encoder.encode("", True))
    print("  ", pieces)
    print("  ", [hex(s) for s in states])
    data = b"".join(pieces)
    print("  ", data == text.encode(encoding), data.decode(encoding) == text)
    decoder = codecs.getincrementaldecoder(encoding)()
    out, states = [], []
    for i in range(len(data)):
        out.append(decoder.decode(data[i : i + 1]))
        states.append(decoder.getstate())
    out.append(decoder.decode(b"", True))
    print("  ", ascii("".join(out)))
    print("  ", states[::3])
    other = codecs.getincrementaldecoder(encoding)()
    middle = len(data) // 2
    other.setstate(states[middle - 1])
    print("  ", ascii(other.decode(data[middle:], True)))
    decoder.reset()
    print("  ", decoder.getstate()[0])

encoder = codecs.getincrementalencoder("euc_jis_2004")()
decoder = codecs.getincrementaldecoder("gbk")()
for act in (
    lambda: encoder.encode("\u304b"),
    lambda: encoder.getstate(),
    lambda: encoder.setstate(0),
    lambda: encoder.setstate("a"),
    lambda: encoder.setstate(1 << 200),
    lambda: encoder.setstate(-1),
    lambda: encoder.setstate(255),
    lambda: encoder.reset(),
    lambda: encoder.errors,
    lambda: setattr(encoder, "errors", 3),
    lambda: delattr(encoder, "errors"),
    lambda: setattr(encoder, "errors", "replace"),
    lambda: encoder.encode("\ud800"),
    lambda: decoder.decode(b"\x81"),
    lambda: decoder.setstate(3),
    lambda: decoder.setstate((b"",)),
    lambda: decoder.setstate((b"123456789", 0)),
    lambda: decoder.setstate(("a", 0)),
    lambda: decoder.setstate((b"", -1)),
    lambda: decoder.decode("a"),
    lambda: decoder.decode(b"\x40", True),
    lambda: decoder.decode(b"\x81", True),
    lambda: type(decoder)(1),
    lambda: type(decoder)(None),
):
    try:
        print(act())
    except Exception as e:
        print(type(e).__name__, e)
