"""Every number of a `count` goes to one thread only."""

import itertools
import threading

for arguments in (0,), (0, 5), (10**30, 10**20), (0.5, 0.5):
    numbers = itertools.count(*arguments)
    taken = [[] for _ in range(4)]

    def take(into):
        for _ in range(3000):
            into.append(next(numbers))

    threads = [threading.Thread(target=take, args=(into,)) for into in taken]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    everything = sum(taken, [])
    print(len(everything), len(set(everything)), next(numbers))
