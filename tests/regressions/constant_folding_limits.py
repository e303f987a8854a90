f = lambda: "a" * 100000
g = lambda: 2 ** 100 * 2 ** 100
h = lambda: (1, 2) * 3 + (4,)
print(len(f()), g(), h(), -0.0, 1 - 1.0, not 1, "abc"[1], (1, 2)[0], "%s" % 5, 1 // 1, 5 % 3)
try:
    1 // 0
except ZeroDivisionError as e:
    print(e)
if 0: print("dead")
while 0: print("dead")
print(1 if 0 else 2, 0 and x, 1 or x)
