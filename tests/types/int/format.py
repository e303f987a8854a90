for spec in ("", "d", "5", "<5", "^7", "=+6", "08", ",", "_", "x", "#X", "b", "_b", "o", "e", ".2f", "%", "c", "n", "*^9"):
    print(repr(format(1234, spec)), end=" ")
print("%d %i %5d %-5d| %05d %x %X %#o %c %s %r %+d % d %.3d" % (1, 2, 3, 4, 5, 255, 255, 8, 65, 1, 2, 3, 4, 5))
for spec in ("s", ".2d", ",x", "zz", "1000000000000000000000d"):
    try:
        format(5, spec)
    except ValueError as e:
        print(e)
