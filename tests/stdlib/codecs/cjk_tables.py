# Every character, and every pair of bytes, in every encoding of East Asia.
import zlib

ENCODINGS = """
gb2312 gbk gb18030 hz big5hkscs big5 cp950
iso2022_kr iso2022_jp iso2022_jp_1 iso2022_jp_2 iso2022_jp_2004 iso2022_jp_3 iso2022_jp_ext
shift_jis cp932 euc_jp shift_jis_2004 euc_jis_2004 euc_jisx0213 shift_jisx0213 euc_kr cp949 johab
""".split()
planes = [*range(0xD800), *range(0xE000, 0x10000), *range(0x1F100, 0x1F200), *range(0x20000, 0x2FA20)]
text = "".join(chr(c) + "\n" for c in planes)
pairs = b"".join(bytes([a, b]) + b"\n" for a in range(0x80, 0x100) for b in range(0x20, 0x100))
low_pairs = b"".join(bytes([a, b]) for a in range(0x21, 0x7F) for b in range(0x21, 0x7F))
thirds = b"".join(bytes([0x8F, a, b]) + b"\n" for a in range(0xA0, 0x100) for b in range(0xA0, 0x100))
fours = b"".join(bytes([a, 0x30 + b, c, 0x35]) + b"\n" for a in (0x81, 0x84, 0x90, 0xE3) for b in range(10) for c in range(0x80, 0x100))
ESCAPES = [b"$B", b"$@", b"$A", b"$(D", b"$(C", b"$)C\x0e", b"$(O", b"$(P", b"$(Q", b"(J", b"(I", b"&@\x1b$B"]
for encoding in ENCODINGS:
    data = text.encode(encoding, "replace")
    print(encoding, len(data), zlib.crc32(data))
    for name, source in ("pairs", pairs), ("thirds", thirds), ("fours", fours):
        decoded = source.decode(encoding, "replace")
        print("   ", name, len(decoded), zlib.crc32(decoded.encode()))
    if encoding.startswith("iso2022"):
        for escape in ESCAPES:
            decoded = (b"\x1b" + escape + low_pairs + b"\n").decode(encoding, "replace")
            print("   ", escape, len(decoded), zlib.crc32(decoded.encode()))
    if encoding == "hz":
        decoded = (b"~{" + low_pairs + b"~}\n").decode(encoding, "replace")
        print("   ", len(decoded), zlib.crc32(decoded.encode()))
