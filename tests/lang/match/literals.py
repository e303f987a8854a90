def f(x):
    match x:
        case 0: return "zero"
        case -1 | 1.5: return "number"
        case "a" "b": return "ab"
        case None: return "none"
        case True: return "true"
        case b"x": return "bytes"
        case 1 + 2j: return "complex"
        case _: return "other"
print([f(x) for x in (0, -1, 1.5, "ab", None, True, b"x", 1 + 2j, 1, False, [])])
