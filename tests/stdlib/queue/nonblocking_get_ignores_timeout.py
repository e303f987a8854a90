import queue

for cls in queue.Queue, queue.SimpleQueue, queue._PySimpleQueue:
    q = cls()
    try:
        q.get(block=False, timeout=-1)
    except queue.Empty:
        print(cls.__name__, "is empty")
    try:
        q.get(timeout=-1)
    except ValueError as e:
        print(e)
