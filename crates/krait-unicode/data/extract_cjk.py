"""Writes cjk.txt: what the East Asian encodings map, asked of CPython 3.14's codecs.

    python3.14 extract_cjk.py > cjk.txt

A section is a table of two-byte codes. Its lines have the code of a first character, and the
characters of this and the following trail bytes. U+FFFD takes a code away from the table below.

- `jisx0208`, `jisx0212`, `jisx0213-1`, `jisx0213-2`, `gb2312`, `ksx1001`: sets of 94 by 94, codes
  from 2121 on. `jisx0213-1` has what is not in `jisx0208`.
- The others have the codes as they stand in text, and only those that differ from the tables they
  are laid over (LAYERS).
- `pairs`: codes of `jisx0213-1` and `big5hkscs` that mean two characters.
- `ENCODING encode`: characters whose code is not the first one that decodes to them; `-` is none.
- `gb18030 ranges`: first and last character, number of the first four-byte code.
"""

BMP = [c for c in range(0x80, 0x10000) if not 0xD800 <= c < 0xE000]
EVERY = BMP + list(range(0x10000, 0x110000))
HOLE = "\ufffd"


def decoded(data, encoding):
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def encoded(text, encoding):
    try:
        return text.encode(encoding)
    except UnicodeEncodeError:
        return None


def square(encoding, prefix=b""):
    """The table of a set of 94 by 94 that an EUC encoding has."""
    cells = {}
    for row in range(0x21, 0x7F):
        for column in range(0x21, 0x7F):
            text = decoded(prefix + bytes([row | 0x80, column | 0x80]), encoding)
            if text is not None:
                cells[row << 8 | column] = text
    return cells


def whole(encoding):
    """All two-byte codes as they stand in text."""
    leads = [b for b in range(0x80, 0x100) if decoded(bytes([b]), encoding) is None]
    cells = {}
    for lead in leads:
        for trail in range(0x30, 0x100):
            text = decoded(bytes([lead, trail]), encoding)
            if text is not None:
                cells[lead << 8 | trail] = text
    return cells


def euc(cells):
    return {code | 0x8080: text for code, text in cells.items()}


def shift(code):
    """The Shift JIS code of a place in a set of 94 by 94."""
    row, column = (code >> 8) - 0x21, (code & 0xFF) - 0x21
    lead = row // 2 + (0x81 if row < 62 else 0xC1)
    trail = column + (94 if row % 2 else 0)
    return lead << 8 | trail + (0x40 if trail < 63 else 0x41)


def shifted(cells):
    return {shift(code): text for code, text in cells.items()}


def over(cells, below):
    """What has to be laid over `below` to have `cells`."""
    top = {code: text for code, text in cells.items() if below.get(code) != text}
    top.update({code: HOLE for code in below if code not in cells})
    return top


def write(name, cells):
    print(f"[{name}]")
    line, last = "", None
    for code in sorted(cells):
        text = cells[code]
        if len(text) > 1:
            continue
        if last is None or code != last + 1:
            if line:
                print(line)
            line = f"{code:04X} "
        line += text
        last = code
    print(line)


def write_preferences(encoding, layers):
    """`layers`: tables as they stand in text, the first wins; a code is two bytes, or three that
    begin with 8F."""
    first = {}
    for cells in layers:
        own = {}
        for code in sorted(cells):
            if len(cells[code]) == 1 and cells[code] != HOLE:
                own.setdefault(cells[code], code)
        for text, code in own.items():
            first.setdefault(text, code)
    print(f"[{encoding} encode]")
    for c in EVERY:
        text = chr(c) if not 0xD800 <= c < 0xE000 else None
        if text is None:
            continue
        data = encoded(text, encoding)
        if data is not None and len(data) > (3 if data[0] == 0x8F else 2):
            data = None
        if data is not None and len(data) == 1:
            code = f"{data[0]:02X}"
        else:
            code = data and data.hex().upper()
        wanted = text in first and f"{first[text]:04X}" or None
        half = 0xFF61 <= c <= 0xFF9F and data is not None and (len(data) == 1 or data[0] == 0x8E)
        if code != wanted and not half:
            print(f"{c:04X} {code or '-'}")


def main():
    print("# What the encodings of East Asia map, as CPython 3.14 has them. Written by extract_cjk.py.")
    jisx0208 = square("euc_jp")
    jisx0212 = square("euc_jp", b"\x8f")
    first_plane = over(square("euc_jis_2004"), jisx0208)
    second_plane = over(square("euc_jis_2004", b"\x8f"), jisx0212)
    gb2312, ksx1001 = square("gb2312"), square("cp949")
    gbk, big5 = whole("gbk"), whole("big5")
    gb18030, cp949 = whole("gb18030"), whole("cp949")
    write("jisx0208", jisx0208)
    write("jisx0212", jisx0212)
    write("jisx0213-1", first_plane)
    write("jisx0213-2", second_plane)
    write("gb2312", gb2312)
    write("ksx1001", ksx1001)
    gbk_top, gb18030_top = over(gbk, euc(gb2312)), over(gb18030, gbk)
    write("gbk", gbk_top)
    write("gb18030", gb18030_top)
    cp949_top, johab = over(cp949, euc(ksx1001)), whole("johab")
    write("cp949", cp949_top)
    write("johab", johab)
    cp932_top = over(whole("cp932"), shifted(jisx0208))
    write("cp932", cp932_top)
    cp950_top, hkscs_top = over(whole("cp950"), big5), over(whole("big5hkscs"), big5)
    write("big5", big5)
    write("cp950", cp950_top)
    write("big5hkscs", hkscs_top)

    print("[pairs]")
    for cells in (first_plane, hkscs_top):
        for code, text in sorted(cells.items()):
            if len(text) > 1:
                print(f"{code:04X} " + " ".join(f"{ord(c):04X}" for c in text))

    triple = lambda cells: {0x8F0000 | code | 0x8080: text for code, text in cells.items()}
    write_preferences("gb2312", [euc(gb2312)])
    write_preferences("gbk", [gbk_top, euc(gb2312)])
    write_preferences("gb18030", [gb18030_top, gbk_top, euc(gb2312)])
    write_preferences("euc_kr", [euc(ksx1001)])
    write_preferences("cp949", [cp949_top, euc(ksx1001)])
    write_preferences("johab", [johab])
    write_preferences("big5", [big5])
    write_preferences("cp950", [cp950_top, big5])
    write_preferences("big5hkscs", [hkscs_top, big5])
    write_preferences("shift_jis", [shifted(jisx0208)])
    write_preferences("cp932", [cp932_top, shifted(jisx0208)])
    write_preferences("euc_jp", [euc(jisx0208), triple(jisx0212)])
    layers = [euc(first_plane), euc(jisx0208), triple(second_plane), triple(jisx0212)]
    write_preferences("euc_jisx0213", layers)
    write_preferences("euc_jis_2004", layers)
    planes = {code: text for code, text in whole("shift_jis_2004").items() if code >= 0xF000}
    layers = [shifted(first_plane), shifted(jisx0208), planes]
    write_preferences("shift_jisx0213", layers)
    write_preferences("shift_jis_2004", layers)

    print("[gb18030 ranges]")
    run = None
    for c in BMP:
        data = encoded(chr(c), "gb18030")
        if data is None or len(data) != 4:
            continue
        number = ((data[0] - 0x81) * 10 + data[1] - 0x30) * 1260 + (data[2] - 0x81) * 10 + data[3] - 0x30
        if run and c == run[1] + 1 and number == run[2] + c - run[0]:
            run[1] = c
            continue
        if run:
            print(f"{run[0]:04X} {run[1]:04X} {run[2]}")
        run = [c, c, number]
    print(f"{run[0]:04X} {run[1]:04X} {run[2]}")


main()
