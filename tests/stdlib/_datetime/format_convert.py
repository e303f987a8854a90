# Text, tuples, timestamps.
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
datetime(2020,1,2,3,4,5,6).isoformat(' ','minutes')
datetime(2020,1,2,3,4,5,6).isoformat(timespec='milliseconds')
datetime(2020,1,2).isoformat(timespec='foo')
datetime(2020,1,2).isoformat('ab')
datetime(2020,1,2).isoformat(sep=5)
datetime(2020,1,2,3).isoformat(timespec='hours')
time(1,2,3,4).isoformat('auto')
time(1).isoformat('x')
datetime(2020,1,2).ctime()
date(2020,1,2).ctime()
date(2020,1,2).isocalendar()
date(2020,1,2).timetuple()
datetime(2020,1,2,tzinfo=timezone.utc).timetuple()
datetime(2020,1,2,3,tzinfo=timezone(timedelta(hours=5))).utctimetuple()
datetime(2020,1,1,tzinfo=timezone.utc).timestamp()
datetime(2020,1,1).timestamp()
datetime.fromtimestamp(0,timezone.utc)
datetime.fromtimestamp(1.5e9+0.1234565,timezone.utc)
datetime.fromtimestamp(-1,timezone.utc)
datetime.fromtimestamp(0,5)
datetime.fromtimestamp(1e18)
datetime.fromtimestamp()
datetime.combine(date(1,2,3),time(4,5,fold=1))
datetime.combine(1,2)
datetime.combine(date(1,2,3),5)
datetime.combine(date(1,2,3),time(1),timezone.utc)
datetime.combine(date(1,2,3),time(1),5)
"""
for e in EXPRESSIONS.strip().splitlines():
    try:
        print(e, "=>", ascii(eval(e)))
    except Exception as x:
        print(e, "!!", type(x).__name__, x)
