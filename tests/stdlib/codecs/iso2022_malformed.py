# An announced revision is known by its end alone; what piles up as an escape sequence overflows.
import codecs

for name in "iso2022_jp", "iso2022_jp_2004", "iso2022_kr":
    for data in b"\x1b&@\x1b$B0!", b"\x1b$\x1b\x1b$B0!", b"\x1b(\xf0\x1b$B0!", b"\x1b$x}\x1b$B0!":
        print(name, data, data.decode(name, "replace"))
    decoder = codecs.getincrementaldecoder(name)()
    for step in lambda: decoder.decode(b"\x1b(\xf69drz\x8a\x1b"), lambda: decoder.setstate((b"123456789", 0)):
        try:
            print(step())
        except UnicodeDecodeError as e:
            print(e)
