def walrus(x):
    return x + (x := 1), o.m(f()), d[k()]


def swap(a, b):
    a, b = b, a + b
    return a, b


def chained(a, b, c):
    return a < b() < c
