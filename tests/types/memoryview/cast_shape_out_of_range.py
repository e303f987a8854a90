m = memoryview(bytearray(8))
for shape in [-1], [0], [2**100], [1, 2, "x"], [], [2**62, 2**62], [3]:
    try:
        print(m.cast("B", shape).shape)
    except Exception as e:
        print(shape, type(e).__name__, e)
