# Class attributes and small methods.
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
date.min
date.max
date.resolution
time.min
time.max
time.resolution
datetime.min
datetime.max
datetime.resolution
timezone.min
timezone.max
UTC
MINYEAR
date(1,1,1).weekday()
date(2024,2,29).isoweekday()
date(9999,12,31).toordinal()
bool(time(0))
hash(time(1))==hash(time(1))
time(1,tzinfo=timezone.utc)==time(2,tzinfo=timezone(timedelta(hours=1)))
hash(datetime(2020,1,1,tzinfo=timezone.utc))==hash(datetime(2020,1,1,1,tzinfo=timezone(timedelta(hours=1))))
datetime(2020,1,1,1,tzinfo=timezone.utc)-datetime(2020,1,1,tzinfo=timezone(timedelta(hours=1)))
datetime(2020,1,1)+timedelta(hours=25)
timedelta(1)+datetime(2020,1,1)
datetime.max+timedelta(1)
datetime(2020,1,1).time()
datetime(2020,1,1,fold=1,tzinfo=timezone.utc).timetz()
date.fromtimestamp(0)
timezone.utc.__getinitargs__()
timedelta(1).foo
date(1,1,1).isocalendar().__reduce__()
type(date(1,1,1).isocalendar())
"""
for e in EXPRESSIONS.strip().splitlines():
    try:
        print(e, "=>", ascii(eval(e)))
    except Exception as x:
        print(e, "!!", type(x).__name__, x)
