l = [3, 1, 2]
l.append(4); l.extend("ab"); l.extend(x for x in (9,)); l.insert(0, "first"); l.insert(-1, "i"); l.insert(100, "end")
print(l, l.index(2), l.count(1), l.pop(), l.pop(0), l.pop(-2))
l.remove("a"); l.reverse()
print(l, l.copy() == l, l.copy() is l)
l.clear()
print(l, [1, 2] + [3], [0] * 3, 2 * [1], [1, 2] == [1, 2], [1, 2] < [1, 3], [1] < [1, 0], [] < [0], [1, "a"] == [1, "b"])
for f in (lambda: l.pop(), lambda: l.remove(1), lambda: l.index(1), lambda: [1].pop(5), lambda: l.extend(5), lambda: [1] + (2,), lambda: l.append(), lambda: l.insert(1), lambda: [1] * "a", lambda: hash([]), lambda: [1].index(1, 5)):
    try:
        f()
    except Exception as e:
        print(type(e).__name__, e)
