for s in ("hello WORLD", "ß straße ﬁ", "ǅ ǆ", "ΑΣ ΌΔΟΣ", "İstanbul ı", "they're bill's", "ÀÉ"):
    print(s.upper(), s.lower(), s.title(), s.capitalize(), s.swapcase(), s.casefold())
