import sys


class Empty:
    hint = sys.maxsize

    def __iter__(self):
        return iter(())

    def __length_hint__(self):
        return self.hint


a = [1, 2, 3]
a.extend(Empty())
print(a)
a += Empty()
print(a)
