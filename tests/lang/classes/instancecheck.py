class Meta(type):
    def __instancecheck__(cls, instance): return instance == 5
    def __subclasscheck__(cls, sub): return sub is int
class C(metaclass=Meta): pass
print(isinstance(5, C), isinstance(6, C), issubclass(int, C), issubclass(str, C))
print(isinstance(True, (str, (bytes, int))), isinstance(1, int | str), issubclass(bool, int))
for attempt in (lambda: isinstance(1, 1), lambda: issubclass(1, int), lambda: isinstance(1, list[int])):
    try:
        attempt()
    except TypeError as e:
        print(e)
