"""Steps of slices may be as large as any integer."""

import sys

items = [1, 2, 3, 4]
for step in (sys.maxsize, sys.maxsize - 1, -sys.maxsize, -sys.maxsize - 1, 1 << 100, -1 << 100):
    print(items[::step], items[1::step], items[-1::step], tuple(items)[::step], "abcd"[1::step])
    copy = items[:]
    del copy[1::step]
    print(copy)
    copy = items[:]
    copy[::step] = [0]
    print(copy)
