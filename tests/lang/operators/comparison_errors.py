import operator
values = [1, 1.5, "s", [1], (1,), {1: 2}, None, 2j, range(3), object]
for a in values:
    for b in values:
        for op in ("lt", "ge"):
            try:
                getattr(operator, op)(a, b)
            except TypeError as e:
                print(e)
