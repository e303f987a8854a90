print(b"\xc3\xa9".decode(), b"\xff\xfea\x00".decode("utf-16"), b"\x80abc".decode("ascii", "replace"), b"\xe9".decode("latin-1"), ascii(b"\xff".decode("utf-8", "surrogateescape")), b"\xff".decode("utf-8", "backslashreplace"), b"a\xf0\x9f".decode("utf-8", "ignore"))
for data, codec in ((b"\xff", "utf-8"), (b"\xc3", "utf-8"), (b"\xe2\x82", "utf-8"), (b"\xed\xa0\x80", "utf-8"), (b"\xf5\x80", "utf-8"), (b"\x80", "ascii"), (b"a", "utf-16"), (b"x", "nope")):
    try:
        data.decode(codec)
    except Exception as e:
        print(type(e).__name__, e)
