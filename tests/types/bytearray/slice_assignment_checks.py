# The slice is looked at before the value.
class Index:
    def __index__(self):
        return 2


for key, value in [
    (slice(0, 1, 0), 1.5),
    (slice(1.0, 2), 5),
    (slice(1, 2), 1.5),
    (slice(1, 2), Index()),
    (slice(1, 2), "x"),
    (slice(None, None, 2), b"x"),
]:
    try:
        b = bytearray(b"abc")
        b[key] = value
        print(b)
    except (TypeError, ValueError) as error:
        print(type(error).__name__, error)


class Shrinks:
    def __iter__(self):
        del b[1:]
        return iter([1, 2])


b = bytearray(b"abcdef")
b[2:4] = Shrinks()
print(b)
