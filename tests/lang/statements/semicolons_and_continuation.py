a = 1; b = 2; print(a + b)
c = a + \
    b
if c: print(c); print("two")
print((
    1,
    # comment
    2,
))
