names = "isalpha isalnum isdigit isdecimal isnumeric isspace isupper islower istitle isidentifier isprintable isascii".split()
for s in ("", "a", "A1", "1", "²", "½", "Ⅷ", " \t\u3000", "Abc Def", "ǅ", "_x1", "é", "\x00", "\xad", "ªº", "١", "日本"):
    print(ascii(s), "".join("1" if getattr(s, n)() else "0" for n in names))
