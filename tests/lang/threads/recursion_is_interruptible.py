# Calls without loops notice signals: a recursion that takes for ever ends.
# stress: 101 each collection looks at a deep stack
import _thread
import signal
import threading
import time

# Whoever started the tests in the background may have had SIGINT ignored.
signal.signal(signal.SIGINT, signal.default_int_handler)


def f():
    try:
        f()
    except RecursionError:
        f()


def interrupt():
    time.sleep(0.2)
    _thread.interrupt_main()


t = threading.Thread(target=interrupt)
t.start()
try:
    f()
except KeyboardInterrupt:
    print('interrupted')
t.join()


# Nor does one thread's recursion hold up the others.
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


stop = False


def recur():
    while not stop:
        fib(30)


t = threading.Thread(target=recur)
t.start()
import gc
began = time.monotonic()
for _ in range(5):
    gc.collect()
print('collected', time.monotonic() - began < 20)
stop = True
t.join()
