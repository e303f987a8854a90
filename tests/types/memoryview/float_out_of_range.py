for letter in "efd":
    m = memoryview(bytearray(8)).cast(letter)
    for value in 1e300, 2**1024, "x", 65520.0:
        try:
            m[0] = value
            print(letter, m[0])
        except Exception as e:
            print(letter, type(e).__name__, e)
