def f(x, acc=[]):
    acc.append(x)
    return acc

print(f(1), f(2), f(3, []), f(4))
print(f.__defaults__)
f.__defaults__ = (["new"],)
print(f(5))
f.__defaults__ = None
try:
    f(1)
except TypeError as e:
    print(e)
