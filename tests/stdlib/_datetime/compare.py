# Comparison and subtraction across types and zones.
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
date(1,1,1)-timedelta(1)
date(1,1,1)+5
5+date(1,1,1)
date(1,1,1)-5
date(2,1,1)-date(1,1,1)
date(1,1,1)<5
date(1,1,1)==5
date(1,1,1)<datetime(1,1,1)
date(1,1,1)==datetime(1,1,1)
datetime(1,1,1)<date(1,1,1)
datetime(1,1,1)<datetime(1,1,1,tzinfo=timezone.utc)
datetime(1,1,1)==datetime(1,1,1,tzinfo=timezone.utc)
datetime(1,1,1)-datetime(1,1,1,tzinfo=timezone.utc)
time(1)<time(1,tzinfo=timezone.utc)
time(1)<5
datetime(1,1,1)-date(1,1,1)
date(1,1,2)-datetime(1,1,1)
"""
for e in EXPRESSIONS.strip().splitlines():
    try:
        print(e, "=>", ascii(eval(e)))
    except Exception as x:
        print(e, "!!", type(x).__name__, x)
