# Keys that are multiples of powers of two, negative ones, equal ones of other types, and deleted ones.
for step in (1, 2, 8, 16, 64, 128, 4096, 2**40):
    for n in (3, 5, 6, 100, 200, 400):
        keys = [i * step for i in range(-n, n)]
        d = {k: i for i, k in enumerate(keys)}
        s = set(keys)
        assert list(d) == keys and len(s) == len(keys)
        assert all(d[k] == d[float(k)] == i and k in s for i, k in enumerate(keys))
        assert all(k + step * 2 * n not in d and k + step * 2 * n not in s for k in keys)
        for k in keys[::2]:
            del d[k]
            s.remove(k)
        assert [k in d for k in keys] == [k in s for k in keys] == [False, True] * n
        for k in keys[::2]:
            d[k] = -1
            s.add(k)
        assert sorted(d) == sorted(s) == keys and d[keys[1]] == 1 and d[keys[0]] == -1
classes = {c: c.__name__ for c in (int, str, type, bool, list)}
print([classes[c] for c in (bool, type, int)], float in classes, classes.get(float), classes.get(str, 1))
huge = {2**61 - 2: "a", 2**61 - 1: "b", 2**61: "c", -1: "d", -2: "e"}
print(huge[2**61 - 2], huge[2**61 - 1], huge[2**61], huge[-1], huge[-2], 0 in huge, 1 in huge)
