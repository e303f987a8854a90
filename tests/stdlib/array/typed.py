from array import array
a = array("i", [1, 2, 3])
a.append(4); a.extend([5]); a[0] = 10
print(a, a.tobytes()[:4], a.itemsize, a.tolist(), a[1:3], len(a), a.index(3), array("d", [1.5]), a.typecode)
for f in (lambda: a.append("x"), lambda: array("b", [200]), lambda: array("z"), lambda: a[50]):
    try:
        f()
    except Exception as e:
        print(type(e).__name__, e)
