# Event descriptors, bools as descriptors, and directory iterators that were not closed.
import gc
import os
import warnings

fd = os.eventfd(3)
print(os.eventfd_read(fd))
os.eventfd_write(fd, 2)
os.eventfd_write(fd, 5)
print(os.eventfd_read(fd))
os.close(fd)

with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter('always')
    for f in os.fsync, os.fchdir:
        try:
            f(False)
        except OSError:
            pass
    it = os.scandir('/')
    next(it)
    del it
    gc.collect()
for w in caught:
    print(w.category.__name__, str(w.message).split(' at ')[0])
