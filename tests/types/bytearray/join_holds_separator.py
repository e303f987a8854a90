separator = bytearray(b",")


def pieces():
    separator.clear()
    yield b"a"


try:
    separator.join(pieces())
except BufferError as e:
    print(e)
print(separator)
