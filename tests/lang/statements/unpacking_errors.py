def attempt(f):
    try:
        f()
    except (TypeError, ValueError) as e:
        print(type(e).__name__, e)
def two(v): a, b = v
def star(v): a, b, *c = v
def last(v): a, *b, c, d = v
for value in ([1], [1, 2, 3], (), "abc", 5, None, {1: 2}, {1, 2, 3}, iter([1]), iter(range(100)), range(5)):
    attempt(lambda: two(value))
attempt(lambda: star([1]))
attempt(lambda: last([1, 2]))
attempt(lambda: star(5))
