# Lists and bytearrays that other threads shrink in the midst of an operation.
import threading

l = [0] * 1000
items = [1] * 900
ba = bytearray(b"a" * 4096)
ended = threading.Event()


def assign_slices():
    for _ in range(5000):
        l[0:1000] = items


def clear():
    for _ in range(5000):
        l.clear()
        l.extend(range(20))


def rewrite():
    while not ended.is_set():
        ba[:] = b"a" * 4096
        ba[:] = b"b" * 4096


def replace():
    for _ in range(500):
        ba.replace(b"a", b"")
        ba.replace(b"b", b"xyz")
    ended.set()


threads = [threading.Thread(target=f) for f in (assign_slices, clear, rewrite, replace)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print("ended")
