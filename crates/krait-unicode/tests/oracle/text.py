"""Write tests/golden/text.txt with CPython 3.14: `operation TAB arguments... TAB result`."""

import random
import subprocess
import sys
import unicodedata

random.seed(11)


def text(value):
    return value.encode("unicode_escape", "surrogatepass").decode("ascii")


def emit(*fields):
    print(*fields, sep="\t")


LETTERS = ["a", "B", "\u03a3", "\u03c3", "1", " ", "\u0307", "'", ".", "\u01c5", "\xdf", "\u0130", "\u0149", "\ufb03", "\xb7", "\u1f80",
           "\u0345", "\xad", "\u13a0", "\uab70", "\U00010400", "\ud800", "_", "\u2160"]
MARKS = ["a", "e", "\u0301", "\u0323", "\u0327", "\u0344", "\u1100", "\u1161", "\u11a8", "\uac00", "\uac01", "\xe9", "\u1e69", "\u0958",
         "\u0915", "\u093c", "\ufb01", "\u212b", "\U0001d15e", "\u0f77", "\u0338", "=", "\ud800", "\u3099", "\u304b", "\U0001f600",
         "\u09c7", "\u09be", "\u0b47", "\u0b57", "\u1112", "\u1175", "\u11c2", "\u11a7", "\u0300", "\u0308", "\u2126", "\u00b5"]
METHODS = ["lower", "upper", "title", "capitalize", "swapcase", "casefold"]
TESTS = ["islower", "isupper", "istitle", "isidentifier", "isascii", "isalpha", "isspace", "isprintable"]
CASES = ["", "abc", "\u03a3", "A\u03a3", "A\u03a3B", "A\u03a3\u0301", "A\u0301\u03a3.", "'\u03a3", "a.\u03a3", "\u039f\u0394\u039f\u03a3 \u039f\u0394\u039f\u03a3"]
CASES += ["".join(random.choices(LETTERS, k=random.randrange(1, 8))) for _ in range(120)]
for value in CASES:
    for method in METHODS:
        emit(method, text(value), text(getattr(value, method)()))
    for method in TESTS:
        emit(method, text(value), int(getattr(value, method)()))
    emit("repr", text(value), text(repr(value)))
    emit("ascii", text(value), text(ascii(value)))
for value in ["'", '"', "'\"", "a\\b", "\n\r\t\x00\x7f\x80\xa0\xad\u0378\u2028\ue000\U000e0001\U0010ffff"]:
    emit("repr", text(value), text(repr(value)))
    emit("ascii", text(value), text(ascii(value)))
    data = value.encode("utf-8")
    emit("bytes_repr", data.hex(), text(repr(data)))
    emit("bytearray_repr", data.hex(), text(repr(bytearray(data))))

for _ in range(250):
    value = "".join(random.choices(MARKS, k=random.randrange(1, 9)))
    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        emit(form, text(value), text(unicodedata.normalize(form, value)))
        emit("is" + form, text(value), int(unicodedata.is_normalized(form, value)))
        emit("old" + form, text(value), text(unicodedata.ucd_3_2_0.normalize(form, value)))

NAMES = """latin small letter a|LATIN SMALL LETTER  A|LATIN_SMALL_LETTER_A|CJK UNIFIED IDEOGRAPH-4e00|cjk unified ideograph-4E00
CJK UNIFIED IDEOGRAPH-04E00|CJK UNIFIED IDEOGRAPH-20000|CJK UNIFIED IDEOGRAPH-2EBF0|CJK UNIFIED IDEOGRAPH-323AF|CJK UNIFIED IDEOGRAPH-323B0
hangul syllable ga|HANGUL SYLLABLE GA|HANGUL SYLLABLE A|HANGUL SYLLABLE HAL|HANGUL SYLLABLE|HANGUL SYLLABLE |HANGUL SYLLABLE GAX
TANGUT IDEOGRAPH-17000|TANGUT IDEOGRAPH-187F7|TANGUT IDEOGRAPH-187F8|TANGUT IDEOGRAPH-18D08|LINE FEED|lf|NULL|SP|NBSP|BELL|ALERT|<control>
KHITAN SMALL SCRIPT CHARACTER-18B00|NUSHU CHARACTER-1B170|CJK COMPATIBILITY IDEOGRAPH-F900|cjk compatibility ideograph-f900
EGYPTIAN HIEROGLYPH-13460|EGYPTIAN HIEROGLYPH A001|KEYCAP DIGIT ONE|keycap digit one|LATIN CAPITAL LETTER GHA|LATIN SMALL LETTER GHA
CJK UNIFIED IDEOGRAPH-|CJK UNIFIED IDEOGRAPH-4E|CJK UNIFIED IDEOGRAPH-9FFF|CJK UNIFIED IDEOGRAPH-A000|CJK UNIFIED IDEOGRAPH-2A6DF
PRESENTATION FORM FOR VERTICAL RIGHT WHITE LENTICULAR BRAKCET|PRESENTATION FORM FOR VERTICAL RIGHT WHITE LENTICULAR BRACKET
LATIN SMALL LETTER A |TIBETAN MARK BKA- SHOG GI MGO|HANGUL JUNGSEONG O-E|HANGUL JUNGSEONG OE|VARIATION SELECTOR-256|VS256|ZWJ|BOM
SNOWMAN|BLACK-STAR|BLACK STAR|LATIN SMALL LETTER I WITH MACRON AND GRAVE|CJK UNIFIED IDEOGRAPH-2B739|CJK UNIFIED IDEOGRAPH-2B73A"""
for name in NAMES.replace("\n", "|").split("|"):
    try:
        shown = text(unicodedata.lookup(name))
    except KeyError:
        shown = "!"
    emit("lookup", name, shown)

HASHED = ["", "a", "abc", "abcdefg", "abcdefgh", "abcdefghi", "h\xe9llo", "\xff" * 9, "\u0100", "\u20ac" * 5, "\U0001f600x", "\ud800",
          "The quick brown fox jumps over the lazy dog"]
for seed in (0, 1, 42, 4294967295):
    code = f"print(*[hash(s) for s in {HASHED!a}], hash(b'\\xff\\x00z'))"
    done = subprocess.run([sys.executable, "-c", code], env={"PYTHONHASHSEED": str(seed)}, capture_output=True, text=True, check=True)
    *hashes, of_bytes = done.stdout.split()
    for value, result in zip(HASHED, hashes, strict=True):
        emit("hash", seed, text(value), result)
    emit("bytes_hash", seed, "ff007a", of_bytes)
for value in (1.5 + 2j, 1j, -1 + 0j, 3 - 7j, 0.1 + 1e300j):
    emit("complex_hash", hash(value.real), hash(value.imag), hash(value))

FORMATS = ["%", "%y", "%(a", "%(a)", "%(a)y", "%*", "%.", "%5", "%99999999999999999999d", "%.99999999999999999999d", "%hd", "%lld", "%\xe9",
           "%\u20ac", "%5%", "%.2147483648f", "%l", "%5.", "%\ud800", "%5.3%", "%hld", "%qd", "%h5d", "%\x07", "\u20ac%z"]
for value in FORMATS:
    for kind, source in (("percent", value), ("percent_bytes", value.encode("utf-8", "surrogatepass"))):
        arguments = {b"a": 5, "a": 5} if "(" in value else (5,)
        try:
            source % arguments
            shown = "ok"
        except Exception as error:
            shown = str(error)
        emit(kind, text(value), shown)
