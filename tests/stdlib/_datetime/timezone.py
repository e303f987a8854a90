# Fixed zones and the abstract base.
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
timezone(1)
timezone(timedelta(1))
timezone(timedelta(hours=1),5)
timezone(timedelta(hours=1,microseconds=5))
timezone(timedelta(hours=-1,minutes=-30))
str(timezone(timedelta(hours=-1,minutes=-30)))
timezone.utc
str(timezone.utc)
timezone(timedelta(0))
timezone(timedelta(0)) is timezone.utc
timezone(timedelta(0),'x')
timezone.utc.utcoffset(5)
timezone.utc.utcoffset(None)
timezone.utc.tzname(None)
timezone.utc.dst(None)
timezone.utc.fromutc(5)
timezone.utc.fromutc(datetime(1,1,1))
timezone.utc.fromutc(datetime(1,1,1,tzinfo=timezone.utc))
timezone(timedelta(hours=1))==timezone(timedelta(hours=1),'a')
timezone.utc<timezone.utc
timezone.utc==5
hash(timezone.utc)==hash(timedelta(0))
timezone(timedelta(hours=1),'n').__getinitargs__()
repr(timezone(timedelta(hours=1),'n'))
timezone(timedelta(seconds=3661)).tzname(None)
timezone()
timezone(timedelta(1)-timedelta.resolution)
tzinfo().utcoffset(None)
tzinfo().tzname(None)
tzinfo().dst(None)
tzinfo().fromutc(1)
T0().fromutc(datetime(1,1,1))
tzinfo().__reduce__()
T0().__reduce__()
"""
for e in EXPRESSIONS.strip().splitlines():
    try:
        print(e, "=>", ascii(eval(e)))
    except Exception as x:
        print(e, "!!", type(x).__name__, x)
