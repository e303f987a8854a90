# Generators over a tree: the chain grows and shrinks with each value.
class Tree:
    def __init__(self, left, value, right):
        self.left = left
        self.value = value
        self.right = right

    def __iter__(self):
        if self.left:
            yield from self.left
        yield self.value
        if self.right:
            yield from self.right


def tree(items):
    n = len(items)
    if n == 0:
        return None
    i = n // 2
    return Tree(tree(items[:i]), items[i], tree(items[i + 1 :]))


t = tree(range(1000))
print(list(t) == list(range(1000)), sum(t), [x for x in t][::100])
print(sum(1 for x in t for y in tree(range(10))))

lines = []


def depth(it):
    if it == 40:
        raise StopIteration
    return it


try:
    for x in map(depth, t):
        lines.append(x)
except StopIteration:
    pass
print(len(lines))


def degenerate(n):
    t = None
    for i in range(n):
        t = Tree(t, i, None) if i % 2 else Tree(None, i, t)
    return t


print(sum(degenerate(300)))


# Values that are sent.
def echo(n, deeper):
    got = yield n
    while got is not None:
        if got == "deeper" and deeper:
            r = yield from echo(n + 1, deeper - 1)
            got = yield ("back", n, r)
        elif got == "up":
            return n
        else:
            got = yield (n, got)


it = echo(0, 5)
print(next(it))
for word in ["a", "deeper", "b", "deeper", "c", "deeper", "deeper", "deeper", "deeper", "d", "up", "e", "up", "up", "f", "deeper", "g", "up", "up", "h", "up", "i"]:
    print(it.send(word))
