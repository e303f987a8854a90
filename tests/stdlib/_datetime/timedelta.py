# Arithmetic of durations.
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
timedelta(days='a')
timedelta(1,2,3,4,5,6,7)
timedelta(days=10**10)
timedelta(days=1e20)
timedelta(seconds=float('nan'))
timedelta(days=1e400)
timedelta(seconds=0.1234565)
timedelta(days=0.5,seconds=1e-6)
timedelta(1)*2.5
timedelta(1)*'a'
timedelta(1)/0
timedelta(1)/0.0
timedelta(1)//0
timedelta(1)//timedelta(0)
timedelta(1)%timedelta(0)
timedelta(7)/timedelta(2)
timedelta(7)//timedelta(2)
timedelta(7)%timedelta(2)
divmod(timedelta(-7),timedelta(2))
timedelta(1)/3
timedelta(1)//7
timedelta(1)/1.7
timedelta.max+timedelta(1)
-timedelta.max
timedelta(1)<5
timedelta(1)+5
abs(timedelta(-1,5))
str(timedelta(-1,5,7))
str(timedelta(2,5))
repr(timedelta())
timedelta(1,2,3).total_seconds()
hash(timedelta(1))==hash(timedelta(1))
timedelta(1)*10**20
timedelta(microseconds=10**30)
timedelta(microseconds=0.5)
timedelta(microseconds=1.5)
timedelta(days=True)
bool(timedelta(0))
timedelta(hours=1)*1e300
timedelta(1)*float('nan')
"""
for e in EXPRESSIONS.strip().splitlines():
    try:
        print(e, "=>", ascii(eval(e)))
    except Exception as x:
        print(e, "!!", type(x).__name__, x)
