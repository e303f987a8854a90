import threading, queue
q, done = queue.Queue(), threading.Event()
def worker():
    total = 0
    while (x := q.get()) is not None: total += x
    print(total)
    done.set()
t = threading.Thread(target=worker, daemon=True)
t.start()
for i in range(100): q.put(i)
q.put(None)
print(done.wait(10))
t.join()
