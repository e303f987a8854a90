# Padding to a width for which there is no memory.

import sys

for text in "", "ab", "\xe9", "\u3042", "\U0001f600":
    for name in "ljust", "rjust", "center", "zfill":
        for width in sys.maxsize, sys.maxsize // 2 + 1:
            try:
                getattr(text, name)(width)
            except MemoryError as e:
                print(ascii(text), name, repr(e))
