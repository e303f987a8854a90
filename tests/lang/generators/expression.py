g = (x * y for x in range(3) if x for y in (1, 10))
print(list(g), type(g).__name__, g.__name__)
print(sum(i for i in range(5)), max((len(w), w) for w in ("a", "ccc", "bb")))
try:
    (x for x in 5)
except TypeError as e:
    print(e)
