values = [1, 1.5, "s", [1], (1,), {1: 2}, {1}, None, b"b", print]
import operator
for a in values:
    for name in ("add", "sub", "mul", "mod", "matmul", "or_", "lshift"):
        for b in values:
            try:
                getattr(operator, name)(a, b)
            except (TypeError, ValueError) as e:
                if a is not b and type(a) is not type(b): print(name, type(a).__name__, type(b).__name__, e)
