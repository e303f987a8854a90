# Bytes of a width for which there is no memory, or that no object can have.

import sys


def shown(function, *arguments):
    try:
        function(*arguments)
    except (MemoryError, OverflowError) as e:
        return f"{type(e).__name__}: {e}"


for below in 0, 32, 33:
    width = sys.maxsize - below
    for name in "ljust", "rjust", "center", "zfill":
        print(name, below, "|", shown(getattr(b"ab", name), width), "|", shown(getattr(bytearray(b"ab"), name), width))
    print("to_bytes", below, "|", shown((1).to_bytes, width))
