# Every position and many slices of texts that are not ASCII, beside a list of their characters.
texts = [
    "é",
    "plain up to here, then é" + "x" * 40,
    "x" * 31 + "é" + "y" * 33,
    "x" * 64 + "\U0001f40d" + "y" * 64,
    "aé€\U0001f40d" * 40,
    "é" * 100,
    "\ud800" + "ab" * 50 + "\udc00é",
]
for text in texts:
    chars = list(text)
    assert len(chars) == len(text)
    for i in range(len(chars)):
        assert text[i] == chars[i] == text[i - len(chars)]
    for start in range(0, len(chars), 3):
        for length in (0, 1, 2, 7, 8, 9, 31, 32, 33, 64, 200):
            part = text[start : start + length]
            assert part == "".join(chars[start : start + length])
            assert len(part) == len(chars[start : start + length])
            assert part.isascii() == all(c < "\x80" for c in part)
            assert hash(part) == hash("".join(chars[start : start + length]))
    print(len(text), ascii(text[-1]), ascii(text[len(text) // 2 :][:3]))
