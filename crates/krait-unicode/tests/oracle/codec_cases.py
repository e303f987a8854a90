"""Write tests/golden/codecs.txt with CPython 3.14: `operation TAB arguments... TAB result`.

Bytes are hexadecimal, texts escaped as in string literals; an error is `!start end reason`.
"""

import codecs
import random
import warnings

random.seed(7)
warnings.simplefilter("ignore")

DECODERS = {
    "utf-8": codecs.utf_8_decode, "utf-16-le": codecs.utf_16_le_decode, "utf-16-be": codecs.utf_16_be_decode,
    "utf-32-le": codecs.utf_32_le_decode, "utf-32-be": codecs.utf_32_be_decode, "utf-7": codecs.utf_7_decode,
    "unicode_escape": codecs.unicode_escape_decode, "raw_unicode_escape": codecs.raw_unicode_escape_decode,
}


def text(value):
    return value.encode("unicode_escape", "surrogatepass").decode("ascii")


def decode(name, data):
    for final in (True, False):
        try:
            if name in DECODERS:
                result, consumed = DECODERS[name](data, "strict", final)
            else:
                result, consumed = codecs.decode(data, name), len(data)
            shown = f"{consumed} {text(result)}"
        except UnicodeDecodeError as error:
            shown = f"!{error.start} {error.end} {error.reason}"
        print("decode", name, int(final), data.hex(), shown, sep="\t")


def encode(name, value):
    try:
        shown = codecs.encode(value, name).hex()
    except UnicodeEncodeError as error:
        shown = f"!{error.start} {error.end} {error.reason}"
    print("encode", name, text(value), shown, sep="\t")


UTF8 = [b"", b"abc", b"\xff", b"a\x80", b"\xc0\x80", b"\xc3", b"\xc3a", b"\xe0\x80\x80", b"\xe0\xa0", b"\xe0\xa0a", b"\xed\xa0\x80",
        b"\xed\xa0", b"\xed", b"\xf0\x80\x80\x80", b"\xf0\x90", b"\xf0\x90\x80", b"\xf0\x90\x80a", b"\xf4\x90\x80\x80", b"\xf5\x80",
        b"\xf4", b"\xf4\x8f\xbf\xbf", b"\xe1\x80\xe1", b"\xf1\x80\x80\xf1", b"\xe0\x80", b"\xf4\x90", b"\xf0\x80", b"\xed\xb0",
        b"ab\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", b"\xed\xa0a", b"\xed\xa0\xf0"]
PIECES = {
    "utf-8": [b"a", b"\xc3", b"\xa9", b"\xe2", b"\x82", b"\xac", b"\xed", b"\xa0", b"\xf0", b"\x9f", b"\xf4", b"\x90", b"\xff"],
    "utf-16-le": [b"a\0", b"\0\xd8", b"\0\xdc", b"\x3d\xd8", b"\xff\xfe", b"x", b"\xac\x20"],
    "utf-32-le": [b"a\0\0\0", b"\0\xd8\0\0", b"\0\xf6\x01\0", b"\0\0\x11\0", b"\0", b"\xff\xff\xff\xff"],
    "utf-7": [b"+", b"-", b"AOk", b"A", b"2AA", b"2D3eAA", b"a", b"!", b"\xff", b"~", b" ", b"+AOk-", b"/", b"3gA"],
    "unicode_escape": [b"\\", b"x", b"u", b"U", b"N", b"{", b"}", b"0", b"1", b"7", b"4", b"a", b"n", b"DIGIT ONE", b"\n", b"\xe9",
                       b"\\u00", b"\\x4", b"\\U0001", b"\\N{DIGIT TWO}", b"q"],
    "ascii": [b"a", b"bc", b"\x80", b"\xff"],
}
PIECES["utf-16-be"] = PIECES["utf-16-le"]
PIECES["utf-32-be"] = [piece[::-1] for piece in PIECES["utf-32-le"]]
PIECES["raw_unicode_escape"] = PIECES["unicode_escape"]

for data in UTF8:
    decode("utf-8", data)
for name, pieces in PIECES.items():
    for piece in pieces:
        decode(name, piece)
    for _ in range(120):
        decode(name, b"".join(random.choices(pieces, k=random.randrange(2, 7))))
for data in [b"\\N{KEYCAP DIGIT ONE}", b"\\N{}", b"\\N{nope}", b"\\777", b"\\8", b"\\U00110000", b"\\Uffffffff", b"+AOl-", b"+AOkA-",
             b"+2ADYAA-", b"+//-", b"\\\\u0041", b"\\ud800\\udc00"]:
    for name in ("unicode_escape", "raw_unicode_escape", "utf-7"):
        decode(name, data)

CHARACTERS = ["a", "+", "-", "\\", "\n", "\x00", "~", " ", "\x7f", "\x80", "\xe9", "\u0100", "\u20ac", "\ud800", "\udc00", "\U0001f600",
              "/", "z9"]
NAMES = [*DECODERS, "ascii", "latin-1", "cp1252"]
for _ in range(60):
    value = "".join(random.choices(CHARACTERS, k=random.randrange(0, 9)))
    for name in NAMES:
        encode(name, value)
for byte in (0x41, 0x80, 0x81, 0x8D, 0x9F, 0xFF):
    decode("cp1252", b"a" + bytes([byte]) + b"b")
table = bytes(range(256)).decode("cp1252", "replace").replace("\ufffd", "\ufffe")
print("table", "cp1252", text(table), sep="\t")

for data in [b"\\x4", b"\\", b"\\q\\n\\101\\x41\\400", b"\\xg", b"\\8", b"\\\na", b"abc\\x", b"\\a\\b\\f\\v\\'\\\"\\\\", b"\\x4z\\x",
             b"\\07\\0\\1234"]:
    for policy in ("strict", "replace", "ignore"):
        try:
            shown = codecs.escape_decode(data, policy)[0].hex()
        except ValueError as error:
            shown = f"!{error}"
        print("bytes_escape", policy, data.hex(), shown, sep="\t")
