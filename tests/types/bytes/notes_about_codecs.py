# An exception of a codec has a note, but of those that have a short cut.
for name in ("utf-8", "UTF8", "U8", "ascii", "us-ascii", "646", "latin-1", "iso8859-1", "L1", "utf-16", "U16", "utf-16-le", "utf_32", "utf-32-be", "utf-7", "cp1252"):
    for f in lambda: b"\xff\xfe\x00%d".decode(name), lambda: "\ud800\u20ac".encode(name):
        try:
            f()
        except UnicodeError as e:
            print(name, e.encoding, getattr(e, "__notes__", None))
