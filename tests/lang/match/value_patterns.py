import enum
class Color(enum.Enum):
    RED = 1
    BLUE = 2
class K: one = 1
def f(x):
    match x:
        case Color.RED: return "red"
        case K.one: return "one"
        case Color.BLUE | "blue": return "blue"
print(f(Color.RED), f(1), f("blue"), f(Color.BLUE), f(3))
