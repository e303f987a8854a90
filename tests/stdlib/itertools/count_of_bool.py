# Consecutive integers are plain ones, those with a step begin with what was given.
import itertools


class Sub(int):
    def __repr__(self):
        return f"Sub({int(self)})"


for args in (True,), (Sub(5),), (True, 1), (Sub(5), True), (Sub(5), 2), (True, 1.0), (2**62,):
    counter = itertools.count(*args)
    print(counter, [repr(n) for n in itertools.islice(counter, 3)])
