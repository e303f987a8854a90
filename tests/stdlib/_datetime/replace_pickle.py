# replace, astimezone, pickled state, strftime.
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
date(1,2,3).replace(year=5)
date(1,2,3).replace(foo=5)
date(1,2,3).replace(1,2,3,4)
datetime(1,2,3).replace(tzinfo=5)
datetime(1,2,3).replace(fold=2)
time(1).replace(fold=1)
date(1,2,3).__replace__(1)
datetime(1,2,3).astimezone(5)
datetime(2020,1,1,tzinfo=timezone.utc).astimezone(timezone(timedelta(hours=2)))
datetime(2020,1,1).astimezone(timezone.utc)
datetime(2020,1,1).astimezone()
datetime(1,1,1,tzinfo=timezone.utc).astimezone(timezone(timedelta(hours=-2)))
date(2020,1,2).__reduce__()
time(1,2,3,4).__reduce__()
time(1,fold=1).__reduce_ex__(4)
time(1,fold=1).__reduce_ex__(2)
datetime(1,2,3,fold=1,tzinfo=timezone.utc).__reduce_ex__(3)
datetime(1,2,3,fold=1,tzinfo=timezone.utc).__reduce_ex__(4)
datetime(1,2,3).__reduce__()
timedelta(1,2,3).__reduce__()
timezone.utc.__reduce__()
datetime(b'\x00\x01\x82\x03\x00\x00\x00\x00\x00\x00')
datetime(b'\x00\x01\x82\x03\x00\x00\x00\x00\x00\x00',5)
time(b'\x81\0\0\0\0\0')
date(2020,1,2).strftime('%Y %%')
date(20,1,2).strftime('%Y %G %C %F')
datetime(2020,1,2,3,4,5,678,tzinfo=timezone.utc).strftime('%f %z %:z %Z %s')
time(1,2).strftime('%H %Y')
format(date(2020,1,2),'')
format(date(2020,1,2),'%d')
date(1,1,1).strftime(5)
date(1,1,1).__format__(5)
date.strptime('2020','%Y')
time.strptime('10','%H')
datetime.strptime('2020','%Y')
"""
for e in EXPRESSIONS.strip().splitlines():
    try:
        print(e, "=>", ascii(eval(e)))
    except Exception as x:
        print(e, "!!", type(x).__name__, x)
