# Only what has one dimension can be searched.
view = memoryview(b"abcdefgh")
for v in view.cast("B", [2, 4]), view[:1].cast("B", []):
    try:
        v.index(97)
    except (TypeError, NotImplementedError) as e:
        print(repr(e))
    try:
        v.index(97, 1.0)
    except TypeError as e:
        print(repr(e))
