for s in ("a'b", 'a"b', "a'\"b", "\n\t\r\\", "\x00\x7f\x80\xa0", "é日😀", "\ud800", "\u200b\u2028", "\U000e0001"):
    print(ascii(repr(s)), ascii(s))
