import threading
results = []
def work(n): results.append(n * n)
threads = [threading.Thread(target=work, args=(i,)) for i in range(8)]
for t in threads: t.start()
for t in threads: t.join()
print(sorted(results), threading.current_thread().name, threading.active_count())
