# The order of ints and floats in a set is that of their places in its table.
print({3, 1, 2}, {10, 5, 8}, frozenset([33, 1, 65]), {0.5, 7, -1, 2.0})


class Numbers:
    """Some numbers in no order, the same in every run."""

    def __init__(self, seed):
        self.state = seed

    def next(self, below):
        self.state = (self.state * 1103515245 + 12345) % 2**31
        return self.state // 65536 % below

    def set(self):
        size = (0, 1, 3, 5, 8, 20, 60, 300)[self.next(8)]
        return {self.next(400) - 20 for _ in range(size)}


numbers = Numbers(7)
total = 0
for step in range(600):
    s, other = numbers.set(), numbers.set()
    match step % 12:
        case 0:
            s |= other
        case 1:
            s &= other
        case 2:
            s -= other
        case 3:
            s ^= other
        case 4:
            s = s | other
        case 5:
            s = s & other
        case 6:
            s = s - other
        case 7:
            s = s ^ other
        case 8:
            while len(s) > 3:
                print(s.pop(), end=' ')
            s.update(other)
        case 9:
            s.update(list(other), dict.fromkeys(range(5)))
            s = s.difference(dict.fromkeys(other), [1, 2])
        case 10:
            for v in list(other):
                s.discard(v)
            for v in list(other)[:5]:
                s.add(v)
        case 11:
            s = frozenset(s).union(other, [1])
    for place, v in enumerate(s):
        total = (total * 31 + v) % 1000003
    print(step, len(s), total, list(s)[:6])
