"""Ratios of subclasses of float, components that are no C int, names of zones that are no plain str."""

from datetime import date, datetime, timedelta, timezone, tzinfo


class Ratio(float):
    ratio = None

    def as_integer_ratio(self):
        return self.ratio


def show(use):
    try:
        print(use())
    except Exception as e:
        print(repr(e))


for ratio in (3, (), (42,), (1, 2, 3), (1.5, 2), [1, 2], (1, 0), (0, 1), (1, 3), (-1, 3), (1, -3)):
    x = Ratio(2.0)
    x.ratio = ratio
    print(ratio)
    show(lambda: timedelta(1) / x)
    show(lambda: timedelta(1) * x)

for iso in ((2 << 32, 1, 1), (2019, 2 << 32, 1), (2019, 1, -(2 << 32)), (2019, 1, 1.5), (0, 1, 1)):
    show(lambda: date.fromisocalendar(*iso))
    show(lambda: datetime.fromisocalendar(*iso))


class Name(str):
    result = None

    def replace(self, *args):
        print(args)
        return self.result


class Zone(tzinfo):
    def utcoffset(self, when):
        return timedelta(0)

    def dst(self, when):
        return None

    def tzname(self, when):
        return Name("na%me")


for Name.result in (None, "other"):
    show(lambda: datetime(2005, 3, 2, tzinfo=Zone()).strftime("%Z"))
