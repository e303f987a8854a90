# Names of encodings and of error handlers have no null characters, and are looked at in their order.
for args in ("a", "ab\0", 1), (b"a", "ab\0"), (b"a", "ascii", "a\0"), ("a", 1, "a\0"), (b"a", "\ud800", 1):
    try:
        str(*args)
    except (TypeError, ValueError) as e:
        print(type(e).__name__, e)
