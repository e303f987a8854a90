# Flags are for who lends a buffer anew, not for a view of a view.
view = memoryview(b"abcdefgh")
for flags in (0, 1, 5):
    print(memoryview._from_flags(view.cast("B", [2, 4]), flags).shape)
    try:
        print(memoryview._from_flags(b"ab", flags).readonly)
    except BufferError as e:
        print(e)
