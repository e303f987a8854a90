l = [3, 1, 2, 10, -5]
l.sort(); print(l)
l.sort(reverse=True); print(l)
words = ["banana", "Apple", "cherry", "apple"]
print(sorted(words), sorted(words, key=str.lower), sorted(words, key=len, reverse=True), sorted([(1, "b"), (1, "a"), (0, "z")]))
print(sorted([1.5, 1, 0.5]), sorted([True, False, 2]), sorted(range(20), key=lambda x: x % 3), sorted("hello"), sorted({"b": 1, "a": 2}))
for f in (lambda: [1, "a"].sort(), lambda: [1].sort(lambda x: x), lambda: sorted(5), lambda: [1, None].sort(), lambda: [2, 1].sort(key=lambda x: y)):
    try:
        f()
    except Exception as e:
        print(type(e).__name__, e)
l = [3, 2, 1]
try:
    l.sort(key=lambda x: l.append(x) or x)
except ValueError as e:
    print(e)
class C:
    def __init__(self, v): self.v = v
    def __lt__(self, o): return self.v < o.v
print([c.v for c in sorted(map(C, [5, 3, 4]))])
