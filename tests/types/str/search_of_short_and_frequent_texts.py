# Texts that are short, frequent, overlapping, or at the ends of words of eight bytes.
def naive_find_all(s, sub):
    found, at = [], 0
    while at + len(sub) <= len(s):
        if s[at : at + len(sub)] == sub:
            found.append(at)
            at += len(sub)
        else:
            at += 1
    return found


def naive_replace(s, old, new, n):
    out, done = s[:0], 0
    for at in naive_find_all(s, old)[: n if n >= 0 else None]:
        out += s[done:at] + new
        done = at + len(old)
    return out + s[done:]


texts = ["", "a", "ab" * 40, "aab" * 30, "x" * 7 + "a", "x" * 8 + "a", "x" * 100 + "a" + "x" * 100, "aaaaaaaaaaaaaaaa",
         "äöäöüß" * 20, "aä" * 20 + "€uro😀" * 5, "\udc80ä" * 9, " a  b\tc\u2003d\x1ce " * 7, "the cat that the hat"]
needles = ["a", "b", "ab", "aa", "ba", "aab", "x", "xa", "ä", "äö", "öä", "€", "😀", "\udc80", "the", "that the", "aaaaaaaaa", " "]
wrong = 0
for s in texts:
    for sub in needles:
        found = naive_find_all(s, sub)
        wrong += s.count(sub) != len(found)
        parts = [s[i:j] for i, j in zip([0] + [f + len(sub) for f in found], found + [len(s)])]
        wrong += s.split(sub) != parts
        for n in (-1, 0, 1, 2, 5):
            for new in ("", "z", "yy", "ß", "€€", "\ud800", sub):
                got = s.replace(sub, new, n)
                wrong += got != naive_replace(s, sub, new, n) or len(got) != len(list(got)) or hash(got) != hash("".join(list(got)))
        if s.isascii() and sub.isascii():
            b, c = s.encode(), sub.encode()
            wrong += b.count(c) != len(found) or b.split(c) != [p.encode() for p in parts]
            for n in (-1, 1, 3):
                wrong += b.replace(c, b"__", n) != naive_replace(s, sub, "__", n).encode()
print(wrong)
for s in texts:
    print(ascii(s.split()), ascii(s.split(None, 2)))
for s in texts:
    print(repr(s.encode("utf-8", "surrogatepass").decode("utf-8", "replace")), ascii(s))
print(repr("plain"), repr("it's"), repr('"'), repr("'\""), repr("\\"), repr("a\x7fb"), repr("tab\t"), repr("é\xa0\u2028"))
