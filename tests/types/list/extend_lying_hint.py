# list.extend() ignores a hint of a length that no list can have.
import sys


class Liar:
    def __iter__(self):
        return self

    def __next__(self):
        raise StopIteration

    def __length_hint__(self):
        return sys.maxsize


a = [1, 2]
a.extend(Liar())
print(a)
