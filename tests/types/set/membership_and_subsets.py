# Membership in sets, and inclusion, of elements with and without methods of their own.
class Loud:
    def __init__(self, n):
        self.n = n

    def __hash__(self):
        return hash(self.n)

    def __eq__(self, other):
        print("eq", self.n, other if isinstance(other, (int, str)) else other.n)
        return self.n == (other.n if isinstance(other, Loud) else other)


vowels = frozenset("aeiou")
print("a" in vowels, "b" in vowels, "ae" in vowels, "" in vowels, 97 in vowels, None in vowels)
print("a" not in vowels, "b" not in vowels)
numbers = {1, -1, 2.0, 1 << 61, -(1 << 61), (1 << 61) - 1, 1 << 70}
for n in 1, 1.0, True, -1, -2, 2, 1 << 61, -(1 << 61), (1 << 61) - 1, 1 << 70, 0:
    print(n, n in numbers, n not in numbers)
print({1} in {frozenset({1})}, {2} in {frozenset({1})})
for bad in [], {}, ([],):
    try:
        bad in numbers
    except TypeError as e:
        print(e)

print({1, 2} <= {1, 2, 3}, {1, 4} <= {1, 2, 3}, set() <= set(), {1, 2} < {1, 2}, {1, 2} >= {2})
print(frozenset("ab") <= set("abc"), {"a", 1, (1, 2)} <= {"a", 1.0, (1, 2), None})
a, b = Loud(5), Loud(5)
print({a} <= {a, 6}, {b} <= {a, 6}, {b} <= {7, 8})
print({b, 6} == {a, 6}, {5} <= {a}, {a}.issubset([5]))
gone = {1, 2, 3, 4, 5}
gone.discard(2)
gone.discard(3)
print(gone <= {1, 4, 5}, {2} <= gone, gone.issubset(range(6)), gone.issuperset({4}))

# Iteration over a set that lost elements, and one that changes.
print(sorted(gone), [n for n in gone])
it = iter({1, 2, 3})
seen = [x for x in it]
print(seen, list(it))
changing = {1, 2, 3}
try:
    for n in changing:
        changing.add(n + 10)
except RuntimeError as e:
    print(e)
for n in set():
    print("never")
