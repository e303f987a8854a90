print(int("  42 "), int("-0x1f", 16), int("0b101", 0), int("z", 36), int("1_000"), int(3.9), int(-3.9), int(b"12"), int(True), int())
for args in (("",), ("1__0",), ("12a",), ("9", 8), ("1", 1), ("1", 37), (1.5, 10), (None,), ([],), ("\u0661",), (float("nan"),), (float("inf"),), ("0x1f",)):
    try:
        print(int(*args))
    except Exception as x:
        print(type(x).__name__, x)
class C:
    def __int__(self): return 5
    def __index__(self): return 6
class T:
    def __trunc__(self): return 7
print(int(C()), [0] * C() == [0] * 6)
try:
    int(T())
except TypeError as e:
    print(e)
