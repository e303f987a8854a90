# What is assigned to a slice is read before the list changes, whatever it is.
a = [1, 2, 3, 4, 5]
a[1:3] = a
print(a)
a = [1, 2, 3, 4, 5]
a[:3] = a[2::-1]
print(a)
a = [1, 2, 3, 4, 5]
a[1:4] = (7, 8)
print(a)
a[1:1] = ()
print(a)
a[2:] = []
print(a)


class Half(list):
    def __iter__(self):
        return iter("xy")


a = [1, 2, 3]
a[0:1] = Half([9, 9])
print(a)


class Index:
    def __init__(self, n):
        self.n = n

    def __index__(self):
        a.append("late")
        return self.n


a[Index(0) : 10**30] = [0]
print(a)
print(a[-(10**30) : 10**30], a[None:None], a[True:])
t = (1, 2, 3)
print(t[:] is t, t[1:], t[5:], t[-2:-1], t[2:1])
s = "abc\u00e9\U0001f600d"
print(s[:] is s, s[3:5], s[-2:], s[4:2], s[-100:100])
b = b"abcdef"
print(b[:] is b, b[1:3], b[-2:], b[4:2])
for bad in ("x", 1.0):
    for v in (a, t, s, b):
        try:
            v[bad:]
        except TypeError as e:
            print(type(v).__name__, e)
