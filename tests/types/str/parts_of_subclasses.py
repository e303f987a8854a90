# A text that cannot hold the separator stays what it is when split, an instance of a subclass too.
class Sub(str):
    pass


for text in Sub("kid"), Sub("é"), Sub("日本"), Sub(""):
    for sep in "日", "é", "kidd", "k", "x", "\U0001f600":
        parts = [f(sep, n) for f in (text.split, text.rsplit) for n in (-1, 0, 5)]
        print(text, sep, [[type(part).__name__ for part in p] for p in parts])
