s = {3, 1, 2}
s.add(4); s.discard(9); s.remove(1)
print(sorted(s), 2 in s, len(s), s == {2, 3, 4}, s | {9} == {2, 3, 4, 9}, s & {2, 3}, s - {2, 3}, s ^ {2, 3, 4}, s < {2, 3, 4, 5}, s <= s, s > {2}, s.isdisjoint({8}), s.issubset(range(10)), s.issuperset([2]))
s |= {7}; s &= {2, 7}; s -= {2}; s ^= {7, 8}
print(s, set(), frozenset([1]), set("aa"), {1, True, 1.0}, s.union([1], (2,)) == {8, 1, 2}, s.copy() == s, frozenset() == set())
s.update([1], [2]); s.intersection_update([1, 8]); s.difference_update([8]); s.symmetric_difference_update([1, 5])
print(s, s.pop(), hash(frozenset([1, 2])) == hash(frozenset([2, 1])), {frozenset([1]): "k"}[frozenset([1])])
for f in (lambda: s.pop(), lambda: s.remove(5), lambda: {[]}, lambda: set(5), lambda: hash(s), lambda: s | [1], lambda: s < 5, lambda: s.add(), lambda: frozenset().add, lambda: s.remove([])):
    try:
        f()
    except Exception as e:
        print(type(e).__name__, e)
