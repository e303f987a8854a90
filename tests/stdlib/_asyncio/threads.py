# Futures that several threads use at the same time, and loops in many threads.
import asyncio
import threading


class Loop:
    def __init__(self):
        self.called = []

    def get_debug(self):
        return False

    def call_soon(self, callback, *args, context=None):
        self.called.append(callback)


def race():
    loop = Loop()
    f = asyncio.Future(loop=loop)
    done = []
    barrier = threading.Barrier(4)

    def add(n):
        barrier.wait()
        for i in range(200):
            f.add_done_callback((n, i))

    def finish():
        barrier.wait()
        try:
            f.set_result(1)
            done.append(1)
        except asyncio.InvalidStateError:
            pass

    threads = [threading.Thread(target=add, args=(n,)) for n in range(2)]
    threads += [threading.Thread(target=finish) for _ in range(2)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert done == [1] and f._callbacks is None
    assert sorted(loop.called) == [(n, i) for n in range(2) for i in range(200)]


for _ in range(20):
    race()
print("no callback was lost")


async def leaf(n):
    await asyncio.sleep(0)
    return n


async def tree(depth):
    if depth == 0:
        return await leaf(1)
    return sum(await asyncio.gather(*(tree(depth - 1) for _ in range(4))))


def run(results):
    results.append(asyncio.run(tree(4)))


results = []
threads = [threading.Thread(target=run, args=(results,)) for _ in range(4)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(results)
