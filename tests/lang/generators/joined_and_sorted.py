# join() and sorted() of a generator expression.
import traceback

print(', '.join(str(x) for x in range(4)), ''.join(c for c in 'hello' if c != 'l'))
print(sorted(-x for x in range(4)), sorted((x % 3 for x in range(6)), reverse=True))
for f in (lambda: ''.join(x for x in (1, 2)), lambda: '-'.join(
        chr(x) for x in (65, -1)), lambda: sorted(x for x in (1, 'a')),
        lambda: sorted(1 / x for x in (1, 0)), lambda: ''.join(next(iter(())) for _ in 'a')):
    try:
        f()
    except Exception:
        print(traceback.format_exc().replace(__file__, 'FILE'))


class Key:
    def __init__(self, n):
        self.n = n

    def __lt__(self, other):
        raise ValueError(self.n)


try:
    sorted(Key(x) for x in range(3))
except ValueError:
    print(traceback.format_exc().replace(__file__, 'FILE'))


def rebound(sorted):
    return sorted(x for x in (3, 1, 2))


print(rebound(list), rebound(sum))
