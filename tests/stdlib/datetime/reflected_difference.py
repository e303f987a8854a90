# The reflected difference is one of dates, too; and the result of isocalendar() can be made.
import datetime

day, noon = datetime.date(2024, 2, 29), datetime.datetime(2024, 2, 29, 12)
print(day.__rsub__(datetime.date.min), noon.__rsub__(datetime.datetime.max))
print(day.__rsub__(noon), noon.__rsub__(day), day.__rsub__(1), day.__rsub__(datetime.timedelta(1)))
week = type(day.isocalendar())
print(week(2024, 9, 4) == day.isocalendar(), week(1, week=2, weekday=3))
for f in (
    lambda: noon.__rsub__(noon.replace(tzinfo=datetime.UTC)),
    lambda: week(1, 2, "a"),
    lambda: datetime.datetime.max.astimezone(datetime.timezone(datetime.timedelta(hours=5))),
    lambda: datetime.datetime.min.timestamp(),
):
    try:
        print(f())
    except (TypeError, ValueError) as e:
        print(e)
