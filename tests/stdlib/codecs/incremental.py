import codecs
d = codecs.getincrementaldecoder("utf-8")()
print(d.decode(b"\xc3"), d.decode(b"\xa9"), codecs.lookup("UTF8").name, codecs.encode("abc", "rot13"), codecs.decode(b"6162", "hex"), codecs.BOM_UTF8, codecs.encode(b"x", "base64"))
codecs.register_error("mine", lambda e: ("?" * (e.end - e.start), e.end))
print("aé日b".encode("ascii", "mine"), b"a".decode("utf-8-sig"), "é".encode("cp1252"), "é".encode("utf-7"), "bücher".encode("idna"), "x".encode("unicode_escape"))
