# What `__setstate__` takes.
for make in lambda: iter(b"xyz"), lambda: iter(bytearray(b"xyz")), lambda: iter("xyz"), lambda: iter("é日"):
    for state in 0, 1, 5, True, "a", 1.5, None:
        it = make()
        try:
            it.__setstate__(state)
            print(state, list(it))
        except TypeError as error:
            print(state, error)
