import threading
l, d, s = [], {}, set()
def work(base):
    for i in range(2000):
        l.append(i)
        d[base + i] = i
        d.setdefault(i, base)
        s.add(i)
threads = [threading.Thread(target=work, args=(10_000 * (i + 1),)) for i in range(4)]
for t in threads: t.start()
for t in threads: t.join()
print(len(l), len(d), len(s))
