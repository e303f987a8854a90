# Items of arrays read by index, at both ends and beyond, for each type code.
from array import array

for code, values in [
    ("b", [-128, 127]),
    ("B", [0, 255]),
    ("h", [-32768, 32767]),
    ("H", [0, 65535]),
    ("i", [-(2**31), 2**31 - 1]),
    ("I", [0, 2**32 - 1]),
    ("l", [-(2**63), 2**63 - 1]),
    ("L", [0, 2**64 - 1]),
    ("q", [-(2**63), 2**63 - 1]),
    ("Q", [0, 2**64 - 1]),
    ("f", [0.5, -1.25]),
    ("d", [1e300, -0.0]),
    ("w", ["a", "\U0001f600"]),
]:
    a = array(code, values)
    print(code, a[0], a[1], a[-1], a[-2], a[True])
    for i in (2, -3, 10**30):
        try:
            a[i]
        except IndexError as e:
            print(type(e).__name__, e)
try:
    array("i", [1])["x"]
except TypeError as e:
    print(e)


class A(array):
    def __getitem__(self, i):
        return super().__getitem__(i) + 1


print(A("i", [1, 2])[1])
