# Items of arrays by index: all type codes, in and out of range, of other types, in subclasses.
from array import array

for code in "bBhHiIlLqQfd":
    a = array(code, [1, 2, 3])
    a[0] = 5
    a[-1] = 7
    print(code, a[0], a[1], a[-1], a[-3], a)
    for key in 3, -4, 1 << 80, "a":
        try:
            a[key]
        except (IndexError, TypeError) as e:
            print(type(e).__name__, e)
        try:
            a[key] = 1
        except (IndexError, TypeError) as e:
            print(type(e).__name__, e)
    for value in 1.5, 1 << 70, "x":
        try:
            a[1] = value
            print(a[1])
        except (OverflowError, TypeError) as e:
            print(type(e).__name__, e)
print(array("b", [-1])[0], array("h", [-300])[0], array("i", [-70000])[0], array("q", [-1 << 62])[0])
print(array("Q", [(1 << 64) - 1])[0], array("d", [1e300])[0], array("d", [float("inf")])[0])
print(array("w", "aé")[1])


class Own(array):
    def __getitem__(self, i):
        return ("own", i)

    def __setitem__(self, i, v):
        print("set", i, v)


o = Own("d", [1.0])
o[0] = 2.0
print(o[0], o.tolist())
