class A: pass
class B: __match_args__ = ("a", "a")
class C: __match_args__ = [1]
class D: __match_args__ = (1,)
B.a = 1
def attempt(value, kind):
    try:
        match value:
            case kind(1, 2): pass
    except TypeError as e:
        print(e)
attempt(A(), A)
attempt(B(), B)
attempt(C(), C)
attempt(D(), D)
attempt(1, int)
try:
    match 1:
        case attempt(): pass
except TypeError as e:
    print(e)
