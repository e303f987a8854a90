# Slices with constant, computed, missing, negative and huge bounds, with and without steps.
l = list(range(10))
print(l[:], l[2:8], l[-3:], l[:-3], l[8:2], l[::2], l[::-1], l[7:2:-2], l[-100:100], l[100:])
k = 4
print(l[:k], l[k:], l[k::-1], l[:k:-1], l[k : k + 2])
big = 10**30
print(l[-big:big], l[big:], l[::big], l[::-big])
l[: k + 1] = l[k::-1]
print(l)
l[2:4] = [1, 2, 3, 4]
print(l)
l[2:6] = ()
print(l)
l[::2] = "abcd"
print(l)
l[1:1] = l
print(l)
l[:] = (x for x in range(3))
print(l)
l[5:] = [9]
print(l)
for f in (lambda: l[::0], lambda: l["a":], lambda: l.__setitem__(slice(None, None, 2), [1])):
    try:
        print(f())
    except (ValueError, TypeError) as e:
        print(e)
try:
    l[1:2] = 5
except TypeError as e:
    print(e)


class Index:
    def __init__(self, n):
        self.n = n

    def __index__(self):
        l.append("seen")
        return self.n


print(l[Index(0) : Index(2)], l)
l[Index(1) : Index(2)] = "xyz"
print(l)
t, s, b = tuple(range(6)), "héllo wörld", b"bytes here"
for v in (t, s, b):
    print(v[:], v[1:4], v[::-1], v[-2:], v[4:1], v[1:5:2], v[:] is v, v[0:100] == v)


class L(list):
    pass


m = L([1, 2, 3])
m[0:2] = [7]
print(m[:], type(m[:]), m)
