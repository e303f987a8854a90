# A size has to fit a machine word.
import sys


class Sized:
    def __init__(self, size):
        self.size = size

    def __sizeof__(self):
        return self.size


for size in 10**25, -(10**25), -1, "1":
    try:
        print(sys.getsizeof(Sized(size)))
    except (OverflowError, ValueError, TypeError) as e:
        print(repr(e))
