l = [1, 2, 3]
for x in l:
    if len(l) < 6: l.append(x * 10)
print(l)
l = [1, 2, 3, 4]
for x in l:
    l.remove(x)
print(l)
for change in (lambda d: d.update(z=1), lambda d: d.pop("a")):
    d = {"a": 1, "b": 2}
    try:
        for k in d: change(d)
    except RuntimeError as e:
        print(e)
s = {1, 2}
try:
    for x in s: s.add(x + 10)
except RuntimeError as e:
    print(e)
