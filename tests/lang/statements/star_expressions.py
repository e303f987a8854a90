a = [1, 2]
print([*a, *"xy", 3], (*a,), {*a, 5}, {**{"k": 1}, "k": 2, **{"z": 3}})
print(*a, *[], sep="-")
def f(): return *a, 3
def g(): yield *a, 4
print(f(), list(g()))
for x in *a, 9: print(x, end=" ")
print()
d = {}
d[*a] = "tuple key"
print(d)
for attempt in ("[*5]", "{**[1]}", "{*None}", "(*1,)"):
    try:
        eval(attempt)
    except TypeError as e:
        print(e)
