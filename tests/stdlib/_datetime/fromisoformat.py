# Reading ISO 8601.
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
datetime.fromisoformat('2020-01-01T25:00')
datetime.fromisoformat('2020-01-01T24:00')
datetime.fromisoformat('2020-12-31T24:00:00.000')
datetime.fromisoformat('9999-12-31T24:00')
datetime.fromisoformat('2020-01-01T24:00:01')
datetime.fromisoformat('2020-01-01 10:20:30.123456789+01:30:15.5')
datetime.fromisoformat('20200101T102030,5Z')
datetime.fromisoformat('2020-W01-1T10')
datetime.fromisoformat('2020W011')
datetime.fromisoformat('2020W01')
datetime.fromisoformat('x')
datetime.fromisoformat('')
datetime.fromisoformat(5)
datetime.fromisoformat('2020-01-01T')
datetime.fromisoformat('2020-01-01é10:20')
datetime.fromisoformat('2020-01-01T10:20:30+24:00')
datetime.fromisoformat('2020-01-01T1020-0530')
datetime.fromisoformat('2020-02-30')
time.fromisoformat('10')
time.fromisoformat('T10:20:30')
time.fromisoformat('24:00')
time.fromisoformat('25:00')
time.fromisoformat('10:2')
time.fromisoformat('10:20:30.')
time.fromisoformat('102030.5+01')
time.fromisoformat(5)
time.fromisoformat('10:20Z')
time.fromisoformat('')
time.fromisoformat('12:30:45.12é')
time.fromisoformat('10:20+')
"""
for e in EXPRESSIONS.strip().splitlines():
    try:
        print(e, "=>", ascii(eval(e)))
    except Exception as x:
        print(e, "!!", type(x).__name__, x)
