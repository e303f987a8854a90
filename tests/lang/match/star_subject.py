match 1, *[2, 3]:
    case [a, b, c]:
        print(a, b, c)
match x := 5:
    case y:
        print(x, y)
