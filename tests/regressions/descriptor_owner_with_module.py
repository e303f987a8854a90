# A native method names its class with the module when it refuses an object.
import collections
import datetime

for f in [lambda: datetime.date.isoformat(1), lambda: datetime.date.__add__(1, 2), lambda: collections.deque.append(1, 2),
          lambda: int.bit_length("a")]:
    try:
        f()
    except TypeError as e:
        print(e)
