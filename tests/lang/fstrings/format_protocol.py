class C:
    def __format__(self, spec): return f"<{spec}>"
    def __str__(self): return "str"
    def __repr__(self): return "repr"
c = C()
print(f"{c} {c:abc} {c!r} {c!s:>5} {c!a} {c:{1}{2}}")
class Bad:
    def __format__(self, spec): return 5
for attempt in (lambda: f"{Bad()}", lambda: f"{'s':d}", lambda: f"{1:s}", lambda: f"{[]:5}", lambda: f"{1.5:d}",
                lambda: f"{1:zz}", lambda: f"{undefined}"):
    try:
        attempt()
    except Exception as e:
        print(type(e).__name__, e)
