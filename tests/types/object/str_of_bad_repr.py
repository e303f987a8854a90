# `object.__str__` gives what `__repr__` gives; who wants a string complains about `__str__`.
for base in object, int, float, list, dict, tuple, type:
    C = type("C", (base,), {"__repr__": lambda self: 1})
    c = C("n", (), {}) if base is type else C()
    for use in str, repr, format, ascii, "%s".__mod__, "{}".format, object.__str__, lambda c: f"{c!s}":
        try:
            print(use(c), end="; ")
        except TypeError as e:
            print(e, end="; ")
    print()
