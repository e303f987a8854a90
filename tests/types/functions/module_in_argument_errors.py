# Functions that take one argument, or none, are shown with their modules.
import heapq
import itertools
import math
import struct
import sys
import unicodedata

for f, args in (
    (math.sin, ()),
    (struct.calcsize, ()),
    (sys.intern, (1, 2)),
    (sys.getrecursionlimit, (1,)),
    (unicodedata.mirrored, ()),
    (heapq.heapify, (1, 2)),
    (len, ()),
    (globals, (1,)),
    (math.atan2, (1,)),
    (heapq.heappush, ((), 1)),
    (heapq.heappop, ((),)),
    (itertools.islice, ([], -100)),
):
    try:
        f(*args)
    except (TypeError, ValueError) as e:
        print(e)
try:
    math.sin(x=1)
except TypeError as e:
    print(e)
