"""A first program: counts the words of the poem that every Python carries."""

import contextlib
import io
from collections import Counter

with contextlib.redirect_stdout(io.StringIO()):
    import this

poem = "".join(this.d.get(letter, letter) for letter in this.s)
words = Counter(word.strip(".,-!*").lower() for word in poem.split())
print(poem.splitlines()[0])
for word, count in sorted(words.items(), key=lambda item: (-item[1], item[0]))[:5]:
    print(f"{count:3}  {word}")
