# The bytes of every protocol, and back.
import pickle


class Point:
    def __init__(self, x, y):
        self.x = x
        self.y = y

    def __eq__(self, other):
        return type(other) is Point and vars(self) == vars(other)


class Slots:
    __slots__ = "a", "b"


class Keywords:
    def __new__(cls, *, a):
        self = super().__new__(cls)
        self.a = a
        return self

    def __getnewargs_ex__(self):
        return (), {"a": self.a}


class Nested:
    class Inner:
        pass


shared = ["x"]
loop = []
loop.append(loop)
knot = ([],)
knot[0].append(knot)
slots = Slots()
slots.a = 1
VALUES = [
    None, True, False, 0, 1, -1, 255, 256, 65535, 65536, 2**31 - 1, -(2**31), 2**31, 2**61, -(2**62),
    2**63, -(2**63), -(2**64), 10**30, -(10**30), 2**2050, 1.5, float("inf"), -0.0, "", "abc",
    "é€😀", "a\\b\n\r\0\x1a", "\udc80", "x" * 300, b"", b"a\xff", b"y" * 300, bytearray(), bytearray(b"ab"),
    (), (1,), (1, 2), (1, 2, 3), (1, 2, 3, 4), [], [1], [1, 2], list(range(1001)), {}, {1: 2},
    {"a": 1, "b": [2]}, {i: i for i in range(1001)}, set(), {1}, frozenset(), frozenset([1]),
    [shared, shared], Point(1, [2]), Keywords(a=1), Nested.Inner, int, len, [].append, type(None),
    type(...), NotImplemented, ..., range(3), slice(1, 2), 1j, ValueError("x"),
]
for protocol in range(6):
    print("protocol", protocol)
    for v in VALUES:
        data = pickle.dumps(v, protocol)
        if len(data) > 200:
            print(len(data), data[:40], data[-20:])
        else:
            print(data)
        w = pickle.loads(data)
        if v == v and type(v) not in (ValueError, Keywords) and not callable(v):
            print(w == v and type(w) is type(v))
    for v in (loop, knot):
        data = pickle.dumps(v, protocol)
        print(data)
        w = pickle.loads(data)
        print(w[0] is w or w[0][0] is w)
    try:
        w = pickle.loads(pickle.dumps(slots, protocol))
        print(w.a, hasattr(w, "b"))
    except TypeError as e:
        print(e)
