# How many dimensions there are is checked first, then the format, then each dimension.
line = memoryview(bytearray(8))
plane = line.cast("B", [2, 4])
words = line.cast("H")


def attempt(view, format, shape):
    try:
        view.cast(format, shape)
    except Exception as e:
        print(type(e).__name__, e)


for format in "é", "ZZ", "B":
    for shape in 5, [1] * 65, [-1], ["x"], [2**100], [2**62, 4, -1]:
        attempt(line, format, shape)
attempt(plane, "é", [1] * 65)
attempt(plane, "é", [-1, 1])
attempt(words, "I", [-1])
