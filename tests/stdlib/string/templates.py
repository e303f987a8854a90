import string, textwrap
print(string.ascii_letters, string.Template("$a ${b} $$").substitute(a=1, b=2), string.Formatter().format("{0}{x}", 1, x=2), string.capwords("a bc d"), list(string.Formatter().parse("a{b!r:c}d")))
print(textwrap.fill("the quick brown fox jumps over the lazy dog", 20), textwrap.dedent("  a\n   b\n"), textwrap.indent("a\nb", "> "), textwrap.shorten("hello big world", 12), sep="\n")
