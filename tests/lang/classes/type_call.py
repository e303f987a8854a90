C = type("C", (int,), {"x": 1, "f": lambda self: self + 1})
print(C, C(4).f(), C.x, C.__mro__)
print(type(5), type(C), type(type))
for attempt in (lambda: type(), lambda: type(1, 2), lambda: type("X", 1, {}), lambda: type("X", (1,), {}),
                lambda: type("X", (bool,), {}), lambda: type("a\0b", (), {})):
    try:
        attempt()
    except (TypeError, ValueError) as e:
        print(type(e).__name__, e)
