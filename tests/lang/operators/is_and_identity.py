a = [1]
b = a
print(a is b, a is [1], a is not None, None is None, True is True, () is ())
x = 10 ** 3
y = 10 ** 3
print(x is y or x == y, "a" is not None)
