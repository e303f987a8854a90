# sum() of a generator expression: exact ints, compensated floats, other types, errors.
import traceback
from fractions import Fraction


def total(*items):
    return sum(x for x in items)


print(total(), total(1, 2, 3), total(True, False, True), total(2**61, 2**61), total(2**62, 2**62, -2**63))
print(total(*[0.1] * 10), total(1, 0.1, 0.2, 1e16, -1e16), total(2**62, 0.1, 0.1, -2**62), total(1e308, 1e308, -1e308))
print(total(0.1, 1j, 0.2, 0.3 + 0.1j), total(1j, 2, 0.5), total(1.5, 2**70))
print(total(Fraction(1, 3), 1, 0.1, 0.2), total(1, Fraction(1, 3)), total(float('inf'), 1.0), total(-0.0), total(0.0, -0.0))


class Odd(int):
    def __add__(self, other):
        return 'added'

    __radd__ = __add__


print(total(1, Odd(2)), sum([Odd(2)]))


class Text:
    def __radd__(self, other):
        return f'{other!r}+'

    def __repr__(self):
        return 'Text'


print(total(1, Text()), total(1.5, Text()), total(1j, Text()))
for f in (lambda: sum(x for x in 'ab'), lambda: sum([x] for x in 'ab'), lambda: sum(1 / x for x in (1, 0))):
    try:
        f()
    except Exception:
        print(traceback.format_exc().replace(__file__, 'FILE'))
print(sum((x for x in range(5)), 10), sum(x * y for x in range(4) for y in range(x) if y))
