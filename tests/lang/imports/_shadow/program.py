import sys

print(ascii(b"\x9b".decode("cp437")), ascii("\u4e2d".encode("cp1252", "replace")))
import encodings

print(encodings.__name__, encodings is sys.modules["encodings"], hasattr(encodings, "search_function"))
