# stress: 101 each collection looks at a stack of megabytes
nested = []
for _ in range(200_000):
    nested = [nested]
for function in (repr, lambda x: x == [x], lambda x: x < [x]):
    try:
        function(nested)
        print("no error")
    except RecursionError:
        print("RecursionError")
d = {}
d["self"] = d
l = [1]
l.append(l)
print(d, l)
try:
    l == [1, l]
    a, b = [], []
    a.append(b); b.append(a)
    a == b
except RecursionError as e:
    print("RecursionError")
