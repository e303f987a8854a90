d = {}
for i in range(1000): d[i] = i
for i in range(0, 1000, 2): del d[i]
for i in range(0, 20, 2): d[i] = "new"
print(len(d), list(d)[:5], list(d)[-5:], sum(k for k in d))
d = {}
for round in range(100):
    d[round] = 1
    if round % 3 == 0: d.pop(round)
    elif round % 3 == 1: d.popitem()
print(d.keys())
