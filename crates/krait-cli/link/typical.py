"""Ordinary things, for `cargo xtask text-order`: what they run stands together in the executable."""

import functools
import itertools
import os
import sys
import time
from collections import OrderedDict, defaultdict, deque, namedtuple


class Shape:
    kind = "shape"
    __slots__ = ("name", "size")

    def __init__(self, name, size=1.5):
        self.name = name
        self.size = size

    @property
    def area(self):
        return self.size**2

    def __eq__(self, other):
        return isinstance(other, Shape) and self.name == other.name

    def __lt__(self, other):
        return self.size < other.size

    def __hash__(self):
        return hash(self.name)

    def __repr__(self):
        return f"{type(self).__name__}({self.name!r}, {self.size:.2f})"


class Square(Shape):
    __slots__ = ()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)

    @classmethod
    def unit(cls):
        return cls("unit", size=1)

    @staticmethod
    def twice(x):
        return x * 2


class Plain:
    total = 0

    def __init__(self):
        self.items = []
        self.by_name = {}

    def add(self, key, value):
        self.items.append((key, value))
        self.by_name[key] = self.by_name.get(key, 0) + value
        Plain.total += 1

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        return False

    def __iter__(self):
        return iter(self.items)

    def __len__(self):
        return len(self.items)

    def __getitem__(self, i):
        return self.items[i]


def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


def numbers(n):
    for i in range(n):
        try:
            if i % 7 == 3:
                raise ValueError(i)
            yield i
        except ValueError as e:
            yield -e.args[0]
        finally:
            pass


@functools.lru_cache(maxsize=None)
def slow(n):
    return sum(x * x for x in range(n))


def arithmetic(n):
    a, b, big, f = 1, 2, 1, 0.5
    for i in range(n):
        a = (a * 31 + i) & 0xFFFF
        b ^= a >> 3
        big = big * (i + 3) % (1 << 90)
        f = f * 1.01 + a / (b + 1) - i // 3
    return a, b, big, f, divmod(a, 7), round(f, 3), abs(-b), min(a, b), max(a, b), pow(3, a, 1009)


def texts():
    words = "the quick brown fox jumps over the lazy dog".split()
    text = ", ".join(w.title() for w in words)
    counts = defaultdict(int)
    for c in text:
        counts[c.lower()] += 1
    line = "%5d|%-8s|%x" % (len(text), words[1], 255) + "{:>10}{:08.3f}".format("x", 3.14159)
    parts = text.partition(", ")
    return (
        sorted(counts.items(), key=lambda kv: (-kv[1], kv[0]))[:3],
        line.strip().replace("|", "!").upper(),
        parts,
        text[::-1][2:9],
        text.find("Fox"),
        text.encode().decode("utf-8") == text,
        text.startswith("The"),
        bytes(range(5)) + bytearray(b"abc"),
        "".join(map(chr, [104, 228, 8364])),
    )


def containers():
    d = {i: str(i) for i in range(50)}
    s = {i % 10 for i in range(40)} | {3, 99} - frozenset([1])
    grid = [[0] * 8 for _ in range(8)]
    for y, row in enumerate(grid):
        for x in range(len(row)):
            row[x] = x * y
    first, *rest = [v for v in d.values() if len(v) > 1]
    q = deque(maxlen=5)
    q.extend(rest)
    d.update(a=1, b=2)
    del d["a"]
    d.setdefault("z", []).append(1)
    ordered = OrderedDict(sorted((k, v) for k, v in d.items() if isinstance(k, int)))
    flat = list(itertools.chain.from_iterable(zip(*grid)))
    flat.sort(reverse=True)
    flat[2:4] = [7]
    flat.insert(0, flat.pop())
    return len(d), 99 in s, first, list(q), flat[:5], len(ordered), any(flat), all(flat), tuple(rest[:2])


def main():
    point = namedtuple("Point", "x y")(1, 2)
    shapes = sorted([Square("b", 2.0), Square.unit(), Shape("c")])
    with Plain() as plain:
        for s in shapes:
            plain.add(s.name, s.area)
            plain.add(s.name, Square.twice(s.size))
    print(shapes, shapes[0] == Shape("unit"), len(plain), plain[0], dict(plain.by_name), point)
    print(fib(12), list(numbers(12)), slow(20), slow(20))
    print(arithmetic(100))
    print(texts())
    print(containers())
    try:
        {}["missing"]
    except (KeyError, IndexError) as e:
        print(repr(e), isinstance(e, LookupError))
    adders = [lambda x, n=n: x + n for n in range(3)]
    print([f(1) for f in adders], functools.reduce(lambda a, b: a * b, range(1, 9)))
    print(os.path.join("a", "b"), sys.version_info >= (3, 14), time.perf_counter() > 0, file=sys.stderr)


main()
