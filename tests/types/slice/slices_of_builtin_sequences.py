# Every combination of bounds and steps on the exact builtin sequences, with constant slices and others.
BIG = 10**30
bounds = [None, 0, 2, 9, -1, -3, -9, BIG, -BIG]
steps = [None, -1, 2, -2, BIG]


class Seen:
    def __getitem__(self, key):
        return key


def expected(length, s):
    return [i for i in range(length)[s]]


wrong = 0
for length in range(4):
    values = list(range(length))
    text = "abcde"[:length]
    for i in bounds:
        for j in bounds:
            for k in steps:
                s = slice(i, j, k)
                want = expected(length, s)
                wrong += values[s] != want
                wrong += values[i:j:k] != want
                wrong += tuple(values)[i:j:k] != tuple(want)
                wrong += tuple(values)[s] != tuple(want)
                wrong += bytes(values)[i:j:k] != bytes(want)
                wrong += bytes(values)[s] != bytes(want)
                wrong += text[i:j:k] != "".join(text[n] for n in want)
                wrong += text[s] != "".join(text[n] for n in want)
            wrong += values[i:j] != expected(length, slice(i, j))
            copy = values[:]
            copy[i:j] = ["x", "y"]
            kept = range(length)[i:j]
            wrong += copy.count("x") != 1 or len(copy) != length - len(kept) + 2
print(wrong)

x = [0, 1, 2, 3]
print(x[1:], x[:-1], x[:], x[::-1], x[1:3], x[2::-1], x[5:], x[:0], x[::2])
print("text"[1:], "text"[:-1], b"text"[1:], (0, 1, 2)[:-1], (0, 1, 2)[:] is not None)
print(Seen()[1:], Seen()[:2], Seen()[1:2:3])
for bad in ("'x'", "1.5"):
    try:
        eval(f"x[{bad}:]")
    except TypeError as e:
        print(e)
try:
    x[::0]
except ValueError as e:
    print(e)
x[1:3] = x
print(x)
x[1:3] = x[2:0:-1]
print(x)
x[:] = (9, 8)
print(x)
x[0:2] = [7, 6]
print(x)
x[5:] = "ab"
print(x)
