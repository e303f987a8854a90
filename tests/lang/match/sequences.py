def f(x):
    match x:
        case []: return "empty"
        case [1, y]: return f"one {y}"
        case (a, b, *rest) if rest: return f"{a} {b} {rest}"
        case [*_, "end"]: return "ends"
        case [first, *middle, last]: return f"{first} {middle} {last}"
        case [x]: return f"single {x}"
        case _: return "no"
print([f(x) for x in ([], [1, 2], (3, 4, 5), ["end"], [7, 8], range(1), "ab", b"ab", {1}, 5, [[]])])
