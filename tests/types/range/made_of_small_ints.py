# range of one and two arguments: small ints, others, and bounds at the edge.
class Index:
    def __index__(self):
        return 3


print(list(range(3)), list(range(-2, 2)), list(range(5, 2)), range(0), len(range(2, 7)))
print(range(True), range(False, True), range(Index()), range(1, Index()), range(2**70), range(-(2**70), 0))
print([i for i in range(2**61 - 2, 2**61 + 2)], next(iter(range(-(2**61), 2**61 - 1))))
print(len(range(-(2**61), 2**61 - 1)), range(2**61 - 1), type(range(1)), range(1, 2, 1) == range(1, 2))
for bad in (("a",), (1.0,), (None, 1), (1, "b"), (), (1, 2, 3, 4), (1, 2, 0)):
    try:
        range(*bad)
    except (TypeError, ValueError) as e:
        print(type(e).__name__, e)
try:
    range("a")
except TypeError as e:
    print(e)
try:
    range(1, 2.0)
except TypeError as e:
    print(e)
it = iter([1, 2])
print(iter(it) is it, list(iter((1, 2))), [x for x in range(0)], [x for x in ()], [x for x in []])
