# Conversions without options, of every kind of argument.
import decimal


class Index:
    def __index__(self):
        return 7

    def __repr__(self):
        return "Index()"


class Text(str):
    def __str__(self):
        return "own text"

    def __repr__(self):
        return "own repr"


values = [0, -1, 10**18, -(2**62), 2**64, True, 2.75, decimal.Decimal("3.5"), Index(), "é", Text("t"), None, (1,), {"k": 2}]
for v in values:
    for conversion in "sdiurax":
        try:
            print(("%" + conversion) % (v,), end=" ")
        except Exception as e:
            print(type(e).__name__, end=" ")
    print()
print("%5d|%-5d|%05d|%+d|% d|%.3d" % (5, 5, 5, 5, 5, 5))
for bad in [("%d", ()), ("%d", (1, 2)), ("%d", "x"), ("%d", [1]), ("%s %s", 1)]:
    try:
        print(bad[0] % bad[1])
    except Exception as e:
        print(type(e).__name__, e)
print(str(-5), repr(10), f"{-12} {0} {2**70} {True}", format(3, ""), format(-3))
