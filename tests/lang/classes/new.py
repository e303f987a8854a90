class C:
    def __new__(cls, *args):
        print("new", args)
        return object.__new__(cls)
    def __init__(self, *args): print("init", args)

C(1, 2)
class Other:
    def __new__(cls): return 42
    def __init__(self): print("never")
print(Other())
class Singleton:
    instance = None
    def __new__(cls):
        if cls.instance is None:
            cls.instance = super().__new__(cls)
        return cls.instance
print(Singleton() is Singleton())
for attempt in (lambda: object(1), lambda: type("X", (), {})(1)):
    try:
        attempt()
    except TypeError as e:
        print(e)
class Bad:
    def __init__(self): return 1
try:
    Bad()
except TypeError as e:
    print(e)
