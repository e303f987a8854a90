# repr, and what zones may return.
import os
import time as clock
os.environ["TZ"] = "UTC"
clock.tzset()
from datetime import *

class TZ(tzinfo):
    def utcoffset(self, d): return 5
    def tzname(self, d): return 5
    def dst(self, d): return timedelta(1)

class T0(tzinfo): pass

EXPRESSIONS = r"""
datetime(1,1,1,tzinfo=TZ()).utcoffset()
datetime(1,1,1,tzinfo=TZ()).tzname()
datetime(1,1,1,tzinfo=TZ()).dst()
time(1,tzinfo=TZ()).dst()
datetime(1,1,1,tzinfo=T0()).utcoffset()
repr(datetime(1,2,3,4,5,6,7,fold=1,tzinfo=timezone.utc))
repr(time(1,2,3,fold=1))
repr(time(1))
repr(datetime(1,2,3))
str(datetime(1,2,3,4,5,6,7,tzinfo=timezone(timedelta(hours=-1,seconds=1))))
"""
for e in EXPRESSIONS.strip().splitlines():
    try:
        print(e, "=>", ascii(eval(e)))
    except Exception as x:
        print(e, "!!", type(x).__name__, x)
