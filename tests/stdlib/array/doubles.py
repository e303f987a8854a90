# Items of arrays of doubles: any index, any number, what does not fit.
from array import array

a = array("d", [1.5, 2.5, 3.5])
print(a[0], a[-1], a[-3], a[2])
a[1] = 7
a[-1] = 1e300
a[0] = -0.0
print(a, a[True])
a[0] = True
print(a)
for key in (3, -4, 2**70, "x", 1.0):
    for act in (lambda: a[key], lambda: a.__setitem__(key, 1.0)):
        try:
            print(act())
        except Exception as e:
            print(type(e).__name__, e)
try:
    a[0] = "x"
except TypeError as e:
    print(e)
f = array("f", [0.1])
f[0] = 0.5
print(f[0], f[-1])
i = array("i", [1])
try:
    i[0] = 0.5
except TypeError as e:
    print(e)
print(array("d")[:], array("d", [1, 2, 3])[::-1])
print([*a, *a[:1], *(1, 2)])
