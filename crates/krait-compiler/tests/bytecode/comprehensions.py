def inlined(xs, x):
    return [x * 2 for x in xs if x], {k: v for k, v in xs}, {f for f in [x]}


def captured(xs):
    return [lambda: x for x in xs]


def generator(xs):
    return sum(x for x in xs), any(x for x in xs)
