from datetime import date, datetime, timedelta, timezone, time
d = datetime(2024, 2, 29, 12, 30, 15, 123456, tzinfo=timezone.utc)
print(d, repr(d), d.isoformat(), d + timedelta(days=365), d - datetime(2020, 1, 1, tzinfo=timezone.utc), d.strftime("%Y-%m-%d %H:%M:%S %j %a"), d.timestamp(), d.weekday(), d.date(), d.timetz())
print(date.fromisoformat("2024-12-31"), datetime.strptime("01/02/2003", "%d/%m/%Y"), timedelta(hours=25, minutes=-5), timedelta(days=1) / 2, time(1, 2, 3), date(2024, 1, 1).isocalendar(), d.astimezone(timezone(timedelta(hours=2))))
for f in (lambda: date(2023, 2, 29), lambda: datetime(2023, 13, 1), lambda: date(1, 1, 1) - timedelta(1), lambda: d < datetime(2020, 1, 1), lambda: date.fromisoformat("x")):
    try:
        f()
    except Exception as e:
        print(type(e).__name__, e)
