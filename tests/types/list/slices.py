l = list(range(10))
print(l[2:5], l[:-3], l[::3], l[::-1], l[8:2:-2], l[-100:100], l[5:5], l[10:], l[:0:-1])
l[2:4] = "abc"; print(l)
l[::2] = [0] * len(l[::2]); print(l)
l[5:2] = ["in"]; print(l)
l[:] = [1, 2, 3]; l[1:1] = l; print(l)
del l[1:3]; print(l)
for f in ("l[::2] = [1]", "l[0:1] = 5", "l[::0]", "l['a':]", "l[1.5:]", "l[::2] = 5"):
    try:
        exec(f)
    except Exception as e:
        print(type(e).__name__, e)
class I:
    def __index__(self): return 1
print(l[I():], l[I()], slice(1, None, I()).indices(5))
