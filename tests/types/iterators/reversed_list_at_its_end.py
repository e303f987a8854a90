# A reversed list's iterator that gives nothing any more is pickled as one.
import pickle

for left in (2, 1, 0):
    iterator = reversed([1, 2])
    for _ in range(2 - left):
        next(iterator)
    copy = pickle.loads(pickle.dumps(iterator))
    print(iterator.__reduce__(), type(copy).__name__, list(copy))
list(iterator)
print(iterator.__reduce__())
