def f():
    values = [last := v for v in range(4)]
    return values, last

print(f())
if (n := len("abc")) > 2:
    print(n)
print([(y := v, y * 2) for v in (1, 2)], y)
while (line := next(iter([""]))):
    pass
print(repr(line))
