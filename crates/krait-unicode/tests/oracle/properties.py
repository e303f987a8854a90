"""Write tests/golden/properties.txt: a checksum of each property over all code points.

Run with CPython 3.14: `python3.14 tests/oracle/properties.py > tests/golden/properties.txt`.
With the name of a property as argument, print its lines instead of the checksum; the test prints
its own with `KRAIT_DUMP=name cargo test -p krait-unicode --test properties -- --nocapture`.
"""

import sys
import unicodedata
import zlib

OLD = unicodedata.ucd_3_2_0


def codes(text):
    return " ".join(f"{ord(c):04X}" for c in text)


def changed(function):
    """The code points of function(char) where they are not the character itself."""
    return lambda char: None if function(char) == char else codes(function(char))


def simple(function):
    def value(char):
        try:
            return function(char)
        except ValueError:
            return None
    return value


def flag(function):
    return lambda char: "1" if function(char) else None


def number(function):
    def value(char):
        result = function(char, None)
        return None if result is None else repr(float(result))
    return value


def database(prefix, db):
    forms = {
        f"{prefix}{form.lower()}": changed(lambda char, form=form: db.normalize(form, char))
        for form in ("NFC", "NFD", "NFKC", "NFKD")
    }
    return forms | {
        f"{prefix}category": lambda char: db.category(char),
        f"{prefix}bidirectional": lambda char: db.bidirectional(char) or None,
        f"{prefix}combining": lambda char: str(db.combining(char)) if db.combining(char) else None,
        f"{prefix}east_asian_width": lambda char: db.east_asian_width(char),
        f"{prefix}mirrored": flag(db.mirrored),
        f"{prefix}decimal": number(db.decimal),
        f"{prefix}digit": number(db.digit),
        f"{prefix}numeric": number(db.numeric),
        f"{prefix}decomposition": lambda char: db.decomposition(char) or None,
        f"{prefix}name": lambda char: db.name(char, None),
    }


def is_case_ignorable(char):
    """Seen through the final sigma: it is skipped both before and after the sigma."""
    sigma = "\u03c3"
    return ("A" + char + "\u03a3").lower()[-1] != sigma and \
        ("A\u03a3" + char + "A").lower()[1] == sigma and (char + "\u03a3").lower()[-1] == sigma


PROPERTIES = {
    "is_alpha": flag(str.isalpha),
    "is_decimal": flag(str.isdecimal),
    "is_digit": flag(str.isdigit),
    "is_numeric": flag(str.isnumeric),
    "is_alnum": flag(str.isalnum),
    "is_lower": flag(str.islower),
    "is_upper": flag(str.isupper),
    "is_title": flag(lambda char: char.istitle() and not char.isupper()),
    "is_space": flag(str.isspace),
    "is_line_break": flag(lambda char: char.splitlines() == [""]),
    "is_printable": flag(str.isprintable),
    "is_xid_start": flag(lambda char: char.isidentifier() and char != "_"),
    "is_xid_continue": flag(lambda char: ("a" + char).isidentifier()),
    "is_case_ignorable": flag(is_case_ignorable),
    "title_after": changed(lambda char: ("1" + char + "a").title()[-1]),
    "lower": changed(str.lower),
    "upper": changed(str.upper),
    "title": changed(str.title),
    "capitalize": changed(str.capitalize),
    "swapcase": changed(str.swapcase),
    "casefold": changed(str.casefold),
    "repr": changed(lambda char: repr(char)[1:-1]),
} | database("", unicodedata) | database("old_", OLD)


def lines(function):
    for code in range(0x110000):
        value = function(chr(code))
        if value is not None:
            yield f"{code:04X} {value}\n"


if len(sys.argv) > 1:
    sys.stdout.writelines(lines(PROPERTIES[sys.argv[1]]))
else:
    assert unicodedata.unidata_version == "16.0.0"
    print("# property, code points with a value, CRC-32 of the lines; from CPython 3.14")
    for name, function in PROPERTIES.items():
        found = list(lines(function))
        print(name, len(found), f"{zlib.crc32(''.join(found).encode('ascii')):08x}")
