class C:
    def __delitem__(self, k): print("delitem", k)
    def __delattr__(self, k): print("delattr", k)
c = C()
del c[1], c.x, c[1:2], c[1, ...]
l = list(range(10))
del l[0], l[-1], l[::3]
print(l)
for attempt in ("del (1)[0]", "del [1][5]", "del {}[1]", "del 'abc'[0]", "del (1).x"):
    try:
        exec(attempt)
    except Exception as e:
        print(type(e).__name__, e)
