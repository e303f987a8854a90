# In the child of a fork there is one thread, the main one.
import os
import sys
import threading
import warnings

warnings.simplefilter('ignore', DeprecationWarning)
event = threading.Event()
other = threading.Thread(target=event.wait)
other.start()


def check(where):
    sys.stdout.flush()
    pid = os.fork()
    if pid == 0:
        main = threading.main_thread()
        print(where, 'current is main', threading.current_thread() is main, main.ident == threading.get_ident())
        print(where, 'other alive', other.is_alive(), threading.active_count())
        other.join()
        sys.stdout.flush()
        os._exit(0)
    _, status = os.waitpid(pid, 0)
    print(where, 'status', status)


check('main')
t = threading.Thread(target=check, args=('thread',))
t.start()
t.join()
event.set()
other.join()

with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter('always')
    event = threading.Event()
    other = threading.Thread(target=event.wait)
    other.start()
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)
    event.set()
    other.join()
print([(w.category.__name__, str(w.message).replace(str(os.getpid()), 'PID')) for w in caught])
