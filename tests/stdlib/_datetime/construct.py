# Constructors and their errors.
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
date(0,1,1)
date(1,13,1)
date(2023,2,29)
date(2023)
date()
date('a')
date(b'abcd')
date(b'\x07\xe7\x02\x03')
date(1.5,1,1)
date(2**40,1,1)
time(24)
time(0,60)
time(0,0,60)
time(0,0,0,10**6)
time(fold=2)
time(tzinfo=1)
datetime(1,1,1,tzinfo=1)
datetime(2020,1,1,25)
date.fromordinal(0)
date.fromordinal(3652060)
date.fromisoformat('2020-1-1')
date.fromisoformat(5)
date.fromisoformat('2020-W10-3')
date.fromisoformat('20201301')
date.fromisoformat('2020-13-01')
date.fromisocalendar(2020,54,1)
date.fromisocalendar(2020,1,8)
date.fromisocalendar(0,1,1)
date.fromisocalendar(9999,53,1)
date.fromisocalendar('a',1,1)
date.fromtimestamp(1e20)
date.fromtimestamp('a')
date.fromtimestamp(float('nan'))
"""
for e in EXPRESSIONS.strip().splitlines():
    try:
        print(e, "=>", ascii(eval(e)))
    except Exception as x:
        print(e, "!!", type(x).__name__, x)
