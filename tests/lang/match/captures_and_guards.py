def f(x):
    match x:
        case (a, (b, c) as pair) if a < b:
            return a, b, c, pair
        case [a, *_] | {"a": a}:
            return "or", a
        case other:
            return other
print(f((1, (2, 3))), f((9, (2, 3))), f({"a": 5}), f(7))
match (1, 2):
    case (x, 5): pass
print("x" in globals())
match = {"case": 1}
case = match["case"]
print(match, case)
