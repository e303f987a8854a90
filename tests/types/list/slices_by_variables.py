# Slices whose bounds are not constants, read and assigned, with and without steps.
class Index:
    def __init__(self, n):
        self.n = n

    def __index__(self):
        print("index", self.n)
        return self.n


class Show:
    def __getitem__(self, key):
        return key

    def __setitem__(self, key, value):
        print("set", key, value)


a, b, none = 1, 4, None
for seq in list(range(8)), tuple(range(8)), "abcdefgh", "äbcdëfgh", b"abcdefgh", range(8), bytearray(b"abcdefgh"):
    print(seq[a:b], seq[a:b:2], seq[b::-1], seq[::a], seq[none:none:-b], seq[-a:-b:-1], seq[b:a])
    print(seq[Index(1):Index(5):Index(2)], seq[Index(2):Index(3)], seq[1 << 80 : none : -1])
    for step in 0, "x", 1.5:
        try:
            seq[a:b:step]
        except (ValueError, TypeError) as e:
            print(type(e).__name__, e)
    try:
        seq["a":b]
    except TypeError as e:
        print(e)

s = Show()
print(s[a:b], s[a:b:none], s[a:], s[a::b])
s[a:b] = 1
s[a:] = s[a:b:a]

x = list(range(8))
x[a:b] = "xyz"
print(x)
x[a:a] = [1, 2]
print(x)
x[b:] = x[b::-1]
print(x)
x[:b] = ()
print(x)
x[Index(1):Index(2)] = {5: 6}
print(x)
x[a:b] = x
print(x)
x[b:a] = iter("!")
print(x)
try:
    x[a:b] = 5
except TypeError as e:
    print(e)
try:
    x[a:"b"] = []
except TypeError as e:
    print(e)
try:
    (1, 2)[a:b] = []
except TypeError as e:
    print(e)
try:
    none[a:b] = []
except TypeError as e:
    print(e)
try:
    none[a:b:a]
except TypeError as e:
    print(e)


# The order of evaluation.
def show(name, value):
    print(name)
    return value


show("target", x)[show("start", 0) : show("stop", 1)] = show("value", [9])
show("target", x)[show("start", 0) : show("stop", 1) : show("step", 1)]
x[a:b] += [7]
print(x)


class Shrinking(list):
    pass


y = Shrinking(range(6))
y[a:b] = "q"
print(y, y[a:b:2])


# Bounds that change the list.
class Clearing:
    def __index__(self):
        z.clear()
        return 3


z = list(range(6))
print(z[0 : Clearing() : a])
z = list(range(6))
z[Clearing() : b] = [1, 2]
print(z)
