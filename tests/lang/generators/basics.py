def count(n):
    i = 0
    while i < n:
        yield i
        i += 1
    return "done"

print(list(count(3)), sum(count(10)))
g = count(1)
print(next(g))
try:
    next(g)
except StopIteration as e:
    print("value", e.value)
print(next(g, "default"))
print(g.__name__, g.gi_frame, g.gi_running)
