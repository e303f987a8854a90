"""Write the Unicode facts that no crate carries: run as `python3.14 data/extract.py NamedSequences.txt`.

The Unicode version of the interpreter must be the version of the tables (16.0).
Output: numeric.txt, compat.txt, ucd_3_2.txt and named_sequences.txt beside this script.
"""

import pathlib
import sys
import unicodedata
from fractions import Fraction

HERE = pathlib.Path(__file__).parent
HEADER = "# Unicode 16.0.0 data, (c) Unicode, Inc., under the Unicode License v3. Written by extract.py.\n"
ALL = range(0x110000)


def write(name, about, lines):
    text = HEADER + "".join(f"# {line}\n" for line in about)
    (HERE / name).write_text(text + "".join(line + "\n" for line in lines))


def merged(rows, follows):
    """Merge neighbouring (code point, value) rows where follows(previous value, value)."""
    runs = []
    for code, value in rows:
        if runs and runs[-1][1] + 1 == code and follows(runs[-1][2], value):
            runs[-1][1], runs[-1][2] = code, value
        else:
            runs.append([code, code, value, value])
    return [(first, last, start) for first, last, _, start in runs]


def span(first, last):
    return f"{first:04X}" if first == last else f"{first:04X}..{last:04X}"


def fraction(value):
    """The fraction that the database states, from its double."""
    return Fraction(value).limit_denominator(1000)


def numeric():
    rows = []
    for code in ALL:
        char = chr(code)
        value = unicodedata.numeric(char, None)
        if value is None or unicodedata.decimal(char, None) is not None:
            continue
        digit = unicodedata.digit(char, None) is not None
        rows.append((code, (fraction(value), digit)))
    steps = merged(rows, lambda old, new: new[1] == old[1] and new[0] == old[0] + 1)
    steps = [(f, l, v, 1) for f, l, v in steps]
    lines = []
    for first, last, (value, digit), step in steps:
        lines.append(f"{span(first, last)} {value}{' digit' if digit else ''}")
    write("numeric.txt", ["code points, value of the first (each next is one more), 'digit' where Numeric_Type=Digit;",
                          "decimal digits are left out: they follow from the general category Nd"], lines)


def compat():
    tags, exceptions = [], []
    for code in ALL:
        raw = unicodedata.decomposition(chr(code))
        if not raw.startswith("<"):
            continue
        tag, _, mapping = raw.partition(" ")
        tags.append((code, tag.strip("<>")))
        full = " ".join(f"{ord(c):04X}" for c in unicodedata.normalize("NFKD", chr(code)))
        if full != mapping:
            exceptions.append(f"{code:04X} = {mapping}")
    runs = merged(tags, lambda old, new: old == new)
    write("compat.txt", ["compatibility decompositions: tag; '=' gives the mapping where it is not the full NFKD one"],
          [f"{span(f, l)} {tag}" for f, l, tag in runs] + exceptions)


def ucd_3_2():
    old = unicodedata.ucd_3_2_0
    rows = []
    for code in ALL:
        char = chr(code)
        if old.category(char) == "Cn":
            if unicodedata.category(char) != "Cn":
                rows.append((code, "unassigned"))
            elif old.east_asian_width(char) != unicodedata.east_asian_width(char):
                rows.append((code, f"ea={old.east_asian_width(char)}"))
            continue
        parts = []
        for key, name in (("gc", "category"), ("bc", "bidirectional"), ("ea", "east_asian_width")):
            was, now = getattr(old, name)(char), getattr(unicodedata, name)(char)
            if was != now:
                parts.append(f"{key}={was}")
        if old.mirrored(char) != unicodedata.mirrored(char):
            parts.append(f"mirrored={old.mirrored(char)}")
        for key in ("decimal", "numeric"):
            was, now = getattr(old, key)(char, None), getattr(unicodedata, key)(char, None)
            if was != now:
                parts.append(f"{key}={'-' if was is None else fraction(was)}")
        assert old.combining(char) == unicodedata.combining(char)
        assert old.digit(char, None) == unicodedata.digit(char, None)
        assert old.decomposition(char) == unicodedata.decomposition(char)
        if old.normalize("NFKD", char) != unicodedata.normalize("NFKD", char):
            parts.append("nfkd=" + f"{ord(old.normalize('NFKD', char)):04X}")
        if parts:
            rows.append((code, " ".join(parts)))
    runs = merged(rows, lambda old, new: old == new)
    write("ucd_3_2.txt", ["what unicodedata.ucd_3_2_0 says differently"], [f"{span(f, l)} {v}" for f, l, v in runs])


def named_sequences(source):
    lines = []
    for line in pathlib.Path(source).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            name, codes = line.split(";")
            assert unicodedata.lookup(name) == "".join(chr(int(c, 16)) for c in codes.split()), name
            lines.append(line)
    write("named_sequences.txt", ["name;code points"], sorted(lines))


assert unicodedata.unidata_version == "16.0.0"
numeric()
compat()
ucd_3_2()
named_sequences(sys.argv[1])
