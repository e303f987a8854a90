a, b = 1, 2
(c, [d, *e]), f = (3, "xyz"), 4
*g, h = range(4)
i, *j, k = [1, 2]
print(a, b, c, d, e, f, g, h, i, j, k)
for x, (y, *z) in [(1, (2, 3, 4)), (5, "ab")]:
    print(x, y, z)
a, b = b, a
l = [1, 2, 3]
i, l[i] = 0, "i"
print(a, b, i, l)
[] = ()
