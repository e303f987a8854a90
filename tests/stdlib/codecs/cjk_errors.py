# What is illegal, what is incomplete, and what handlers make of it.
import _codecs_cn
import codecs

gbk = _codecs_cn.getcodec("gbk")
codecs.register_error("cjk.text", lambda e: ("\u4e2d", e.end))
codecs.register_error("cjk.bytes", lambda e: (b"\xff", e.end))
codecs.register_error("cjk.number", lambda e: (3, e.end))
codecs.register_error("cjk.far", lambda e: ("x", 99))
codecs.register_error("cjk.single", lambda e: "x")
for handler in (
    "strict", "ignore", "replace", "backslashreplace", "xmlcharrefreplace", "namereplace",
    "surrogateescape", "surrogatepass", "cjk.text", "cjk.bytes", "cjk.number",
    "cjk.far", "cjk.single", "nosuch",
):
    for act in (
        lambda: gbk.encode("a\u1234\u4e2db", handler),
        lambda: gbk.encode("\udcff", handler),
        lambda: gbk.decode(b"a\xff\xff\x81", handler),
    ):
        try:
            print(handler, ascii(act()))
        except Exception as e:
            print(handler, type(e).__name__, ascii(str(e)))
for encoding, data in (
    ("gb18030", b"\x81\x30"), ("gb18030", b"\x81\x30\x20\x30"), ("gb18030", b"\xe4\x30\x81\x30"),
    ("shift_jis", b"\xa0"), ("shift_jis", b"\x81"), ("shift_jis", b"\x81\x20"),
    ("euc_jp", b"\x8f\xa1"), ("euc_jp", b"\x8e\x20"), ("shift_jisx0213", b"\x87\x9f"),
    ("euc_kr", b"\xa4\xd4\xa4\xa1"), ("euc_kr", b"\xa4\xd4\xa4\xa1\xa4\xa1\xa4\xa1"),
    ("iso2022_jp", b"\x1b"), ("iso2022_jp", b"\x1b$"), ("iso2022_jp", b"\x1b$C"), ("iso2022_jp", b"\x1b$(Q"),
    ("iso2022_jp", b"\x1b(Z"), ("iso2022_jp", b"\x1b[31mx"), ("iso2022_jp", b"\xff"),
    ("iso2022_jp", b"\x1b$B\x21"), ("iso2022_jp", b"\x1b$B\x29\x21"), ("iso2022_jp_2", b"\x1b.A\x1bNi"),
    ("iso2022_jp_2", b"\x1b.F\x1bNa"), ("iso2022_jp_2", b"\x1bNa"), ("iso2022_jp_2", b"\x1b.F\x1bN\xff"),
    ("iso2022_kr", b"\x0e"), ("iso2022_kr", b"\x1b$)C\x0e\x30\x21\n\x30\x21"), ("iso2022_jp", b"a\x0eb\x0f"),
    ("hz", b"~"), ("hz", b"~x"), ("hz", b"~{\x21"), ("hz", b"a~\nb~~"), ("hz", b"\x80"),
):
    try:
        print(encoding, data, ascii(data.decode(encoding)))
    except UnicodeDecodeError as e:
        print(encoding, e.args[1:])
for name in "nosuch", 1, "hz":
    try:
        print(type(_codecs_cn.getcodec(name)).__name__)
    except Exception as e:
        print(type(e).__name__, e)
try:
    type(gbk)()
except TypeError as e:
    print(e)
for mark in b"A", b"F", b"B":
    print(mark, ascii("".join((b"\x1b." + mark + b"\x1bN" + bytes([c])).decode("iso2022_jp_2", "replace") for c in range(256))))
