class A:
    "doc"
print(A.__name__, A.__module__, A.__doc__, A.__dict__.keys() >= {"__module__", "__doc__"}, A.__basicsize__ > 0, int.__flags__ & 1 >= 0, type.__call__)
A.__name__ = "B"
A.__qualname__ = "Q"
print(A, A.__name__)
for f in (lambda: setattr(int, "x", 1), lambda: delattr(A, "nothing"), lambda: setattr(A, "__name__", 5), lambda: delattr(A, "__name__"), lambda: int.x, lambda: setattr(A, "__name__", "a\0")):
    try:
        f()
    except Exception as e:
        print(type(e).__name__, e)
