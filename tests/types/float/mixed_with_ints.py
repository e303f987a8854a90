# Operators of ints and floats, floats that do not fit a word, and what they raise.
big = 2**53
print(7 / 2, 1 / 3, -7 / 2, 0 / 5, (big + 1) / 1, 10**30 / 10**29, 0 / -3)
print(2 * 0.5, 0.5 * 2, 1.0 / 3, 3 / 1.5, 1e300 * 10, 1e-300 / 10, 1e200 * 1e200, 7 - 0.5, 0.5 - 7)
print(7.5 // 2, -7.5 // 2, 7.5 % 2, -7.5 % 2, 7 % 2.5, 1e300 // 3 > 1e299, 7 // 0.5)
print(2.0**0.5, 2**0.5, 2.0**-1, 2.0**3, 1e200**0.5, (-8.0) ** 3, 0.0**0, 0.0**2, 4**-0.5)
print((-8.0) ** 0.5, float("inf") ** -1, float("nan") ** 0)
x = 1.5
x *= 2
x /= 4
x -= 1
x += big
print(x)
x = 7.5
x //= 2
x **= 2
x %= 4
print(x)
for f in (
    lambda: 1 / 0,
    lambda: 1 / 0.0,
    lambda: 1.0 / 0,
    lambda: 1.0 // 0,
    lambda: 1 % 0.0,
    lambda: 0.0**-1,
    lambda: 1e300**2,
    lambda: 10**400 * 1.0,
    lambda: 1.5 << 1,
):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
