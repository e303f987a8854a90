# Errors of a codec that the registry was asked for have a note; the most common spellings do
# without it.
for encoding in (
    "ascii", "US_ASCII", "646", "utf-8", "UTF8", "u8", "utf_8", "cp65001", "utf-16", "u16",
    "utf-16-le", "utf32", "utf-32-be", "latin-1", "l1", "iso8859-1", "ISO_8859-1", "8859", "cp1252",
):
    for f, v in (str.encode, "a\udc80\u0416"), (bytes.decode, b"\xff\x81\x00"):
        try:
            print(encoding, f.__name__, ascii(f(v, encoding)))
        except UnicodeError as e:
            print(encoding, f.__name__, type(e).__name__, getattr(e, "__notes__", None))
try:
    b"\xff".decode("646", "nope")
except LookupError as e:
    print(e, e.__notes__)
