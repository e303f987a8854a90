# Subclasses of dates, times and zones: results of the same class, hooks, pickling.
import os
import time as clock
os.environ["TZ"] = "America/New_York"
clock.tzset()
from datetime import *

class Date(date):
    def __new__(cls, *args, extra=None):
        self = super().__new__(cls, *args)
        self.extra = extra
        return self

class Stamp(datetime):
    pass

class Clock(time):
    pass

class Eastern(tzinfo):
    "US rules of 2007."
    def bounds(self, year):
        march = date(year, 3, 1)
        start = datetime(year, 3, 8 + (6 - march.weekday()), 2)
        november = date(year, 11, 1)
        return start, datetime(year, 11, 1 + (6 - november.weekday()), 2)
    def utcoffset(self, dt):
        return timedelta(hours=-5) + self.dst(dt)
    def dst(self, dt):
        start, end = self.bounds(dt.year)
        dt = dt.replace(tzinfo=None)
        if start <= dt < end - timedelta(hours=1) or end - timedelta(hours=1) <= dt < end and not dt.fold:
            return timedelta(hours=1)
        return timedelta(0)
    def tzname(self, dt):
        return "EDT" if self.dst(dt) else "EST"

d = Date(2020, 1, 31, extra=5)
print(d, type(d + timedelta(1)).__name__, (d + timedelta(1)).extra, d.extra, type(d.replace(day=1)).__name__)
print(type(Date.today()).__name__, Date.fromordinal(5), repr(Date.fromisoformat("2020-02-03")), Date.fromisocalendar(2020, 5, 1))
s = Stamp(2020, 1, 2, 3, fold=1)
print(repr(s), repr(s + timedelta(1)), repr(s.replace(fold=0)), type(s.date()).__name__, type(s.time()).__name__)
print(repr(Stamp.combine(date(1, 2, 3), time(4, fold=1))), type(Stamp.now()).__name__, repr(Stamp.fromtimestamp(0, timezone.utc)))
print(repr(Clock(1, 2).replace(minute=3)), repr(Clock.fromisoformat("10:20")))
e = Eastern()
for hour in range(4, 9):
    u = datetime(2020, 11, 1, hour, 30, tzinfo=timezone.utc)
    local = u.astimezone(e)
    print(local, local.tzname(), local.fold, local.astimezone(timezone.utc) == u, local == u, hash(local) == hash(u))
print(datetime(2020, 7, 1, tzinfo=e).timetuple().tm_isdst, datetime(2020, 1, 1, tzinfo=e).strftime("%Z %z %:z"))
ambiguous = datetime(2020, 11, 1, 1, 30, tzinfo=e)
print(ambiguous == ambiguous.replace(fold=1), ambiguous == ambiguous.astimezone(timezone.utc), ambiguous < ambiguous.astimezone(timezone.utc))
# The local clock.
for t in (1604206800, 1604210400, 1604214000, 1583650800 + 3600, 0, -86400 * 365 * 60):
    dt = datetime.fromtimestamp(t)
    print(dt, dt.fold, dt.timestamp() == t, dt.astimezone().tzname(), dt.astimezone().utcoffset())
print(datetime(2020, 3, 8, 2, 30).timestamp(), datetime(2020, 3, 8, 2, 30, fold=1).timestamp())
print(datetime(2020, 3, 8, 2, 30).astimezone(timezone.utc), date.fromtimestamp(0))
print(Date(2020, 1, 2).__reduce__()[1], s.__reduce_ex__(4)[1], type(timedelta.__new__(type("TD", (timedelta,), {}), 5)).__name__)
print(isinstance(s, date), issubclass(datetime, date), date.__mro__, datetime.__mro__)
print({date(2020, 1, 1): 1}[date(2020, 1, 1)], {timedelta(1), timedelta(days=1)}, sorted([date(2, 1, 1), date(1, 1, 1)]))
