# Comparisons whose methods are Python functions, some of which decline, as values and as conditions.
import sys


class Left:
    def __init__(self, answer=NotImplemented):
        self.answer = answer

    def __repr__(self):
        return type(self).__name__

    def __lt__(self, other):
        print("  lt", self, other)
        return self.answer

    def __eq__(self, other):
        print("  eq", self, other)
        return self.answer

    __hash__ = None


class Right:
    def __repr__(self):
        return "Right"

    def __gt__(self, other):
        print("  gt", self, other)
        return "from the right"

    def __eq__(self, other):
        print("  eq", self, other)
        return NotImplemented


class Sub(Left):
    def __gt__(self, other):
        print("  gt of Sub", self, other)
        return NotImplemented


class Truth:
    def __init__(self, truth):
        self.truth = truth

    def __bool__(self):
        print("  bool")
        return self.truth


class Untrue:
    def __bool__(self):
        raise ValueError("neither")


def show(f):
    try:
        print(f())
    except (TypeError, ValueError) as e:
        print(type(e).__name__, e)


def less(x, y):
    if x < y:
        return "less"
    return "not less"


def equal_to_one(x):
    return "one" if x == 1 else "other"


def other_than(x, y):
    while not x != y:
        return "same"
    return "other"


for answer in (NotImplemented, True, 0, Truth(True), Truth(False), Untrue()):
    show(lambda: type(Left(answer) < 1).__name__)
    show(lambda: less(Left(answer), 1))
    show(lambda: less(Left(answer), Right()))
    show(lambda: less(Left(answer), Left()))
    show(lambda: less(Left(answer), Sub()))
    show(lambda: less(Sub(answer), Left()))
    show(lambda: equal_to_one(Left(answer)))
    show(lambda: other_than(Left(answer), Right()))
    show(lambda: type(Left(answer) == Right()).__name__)
x = Left()
show(lambda: x == x)
show(lambda: 1 < Right())
show(lambda: 1 == Right())
show(lambda: less(2, Left()))


class Countdown:
    def __init__(self, n):
        self.n = n

    def __gt__(self, other):
        return self.n > other


c, turns = Countdown(1000), 0
while c > 0:
    c.n -= 1
    turns += 1
print(turns)


class Endless:
    def __eq__(self, other):
        return self == other


try:
    Endless() == 1
except RecursionError as e:
    print(e)


def trace(frame, event, arg):
    print(event, frame.f_code.co_name, arg)
    return trace


sys.settrace(trace)
less(Left(True), 1)
sys.settrace(None)
