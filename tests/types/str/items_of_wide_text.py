# Single characters of texts by index, also negative and constant ones, in text of all widths.
for text in "", "a", "ascii text " * 9, "é" * 40, "aé" * 50, "日本語" * 30, "a" * 70 + "😀", "\ud800x" * 40, "ÿ" + "b" * 90:
    n = len(text)
    chars = list(text)
    for i in 0, 1, 2, 31, 32, 33, 63, 64, 65, n - 1, n, n + 1:
        for k in i, -i:
            try:
                c = text[k]
            except IndexError as e:
                print(k, e)
            else:
                assert c == chars[k] and len(c) == 1, (text, k)
    if n:
        print(ascii(text[0]), ascii(text[-1]))
    try:
        print(ascii(text[5]))
    except IndexError as e:
        print(e)

# Characters below U+0100 are one object each.
text = "äöüß" * 20
print(text[41] is text[45], text[3] is "aß"[1])


class Sub(str):
    def __getitem__(self, i):
        return "own"


print(Sub("abc")[0], Sub("abc")[1:])
for key in 1.0, None, "a":
    try:
        text[key]
    except TypeError as e:
        print(e)
print(text[True], text[False])
