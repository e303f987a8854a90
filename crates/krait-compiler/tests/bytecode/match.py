def match(p):
    match p:
        case {"a": [x, *_, y], **rest} if x:
            return x, y, rest
        case Point(0, y=v) | [_, v]:
            return v
        case None | -1 | "s":
            pass
        case other:
            return other
