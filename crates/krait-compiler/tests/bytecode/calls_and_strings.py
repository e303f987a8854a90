def calls(f, a, kw):
    f(1, *a, k=2, **kw)
    f(*a)
    a.b.c(f, key=1)
    return f"{a!r:>{kw}}{f=}" + t"x{a}y"


def unpack(v):
    a, *b, c = v
    (d, e), f.x = c
    v[0] += 1
    f.y -= a
    del d, v[1:2]
