# Once the interpreter ends, threads that still run are not waited for.
# no-stress: the object must live until the end
import threading
import time


def loop():
    while True:
        time.sleep(0.01)


class AtExit:
    def __init__(self):
        self.itself = self
        self.thread = threading.Thread(target=loop, daemon=True)
        self.thread.start()

    def __del__(self):
        try:
            self.thread.join()
        except PythonFinalizationError as e:
            print(type(e).__name__, e)
        try:
            threading.Thread(target=print).start()
        except PythonFinalizationError as e:
            print(type(e).__name__, e)


AtExit()
