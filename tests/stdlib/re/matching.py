import re
m = re.match(r"(?P<first>\w+)\s(?P<second>\w+)", "hello world again")
print(m.group(), m.groups(), m.groupdict(), m.span("second"), m["first"], m)
print(re.findall(r"(\d)(\w)", "1a 2b 3c"), re.sub(r"(\w+)@(\w+)", r"\2 at \1", "user@host"), re.split(r"[,;]\s*", "a, b;c"), re.search("z", "abc"), re.fullmatch("a+", "aaa").end())
print(re.sub("x", lambda m: m.group().upper() + str(m.start()), "axbx"), re.findall(r"(?i)ÉT", "été ÉTÉ"), [m.start() for m in re.finditer("a", "banana")], re.escape("a.b*c"), re.compile("a", re.I | re.M))
print(re.findall(r"(?<=\$)\d+(?!\d|\.)", "$100 $20.5"), re.match(r"(a|ab)(c|bcd)(d*)", "abcd").groups(), re.findall(r"\b\w{3}\b", "the cat sat down"), re.sub(r"(?m)^", "> ", "a\nb"), re.match("(?:a*)*b", "aaab").group(), re.search(r"(.)\1", "abccd").group())
for bad in ("(", "[a", "*", "a{2,1}", r"\g<1>", "(?P<1>a)", "(?<=a*)b"):
    try:
        re.compile(bad)
        print("ok", bad)
    except re.error as e:
        print(e)
