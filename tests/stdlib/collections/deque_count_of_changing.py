from collections import deque


class Pops:
    def __eq__(self, other):
        d.pop()
        return True


d = deque([1, 2, 3, Pops(), 4, 5])
try:
    d.count(3)
except RuntimeError as e:
    print(e)
