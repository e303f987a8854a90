"""Deep recursion in a thread whose stack is as small as is allowed."""
import copy
import json
import sys
import threading

deep = []
for _ in range(10_000):
    deep = [deep]


class Endless:
    def __getattr__(self, name):
        return getattr(self, name)

    def __repr__(self):
        return repr(self)


def forever():
    forever()


def work():
    for f in (
        forever,
        lambda: repr(deep),
        lambda: deep == copy.copy(deep),
        lambda: json.dumps(deep),
        lambda: copy.deepcopy(deep),
        lambda: Endless().attribute,
        lambda: repr(Endless()),
        lambda: compile("a" + ".a" * 10_000, "", "eval"),
    ):
        try:
            f()
        except (RecursionError, MemoryError):
            pass
    import wave
    print(wave.__name__)


for size in (256 << 10, 1 << 20):
    threading.stack_size(size)
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
for size in (1, 16 << 10, -1):
    try:
        threading.stack_size(size)
    except ValueError as e:
        print(e)
