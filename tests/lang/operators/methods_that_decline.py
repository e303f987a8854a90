# Who is asked in which order when the methods of operators are Python functions, some of which decline.
import sys


class Left:
    def __init__(self, answer=NotImplemented):
        self.answer = answer

    def __repr__(self):
        return type(self).__name__

    def __add__(self, other):
        print("  add", self, other)
        return self.answer

    def __iadd__(self, other):
        print("  iadd", self, other)
        return self.answer

    def __mul__(self, other):
        print("  mul", self, other)
        return self.answer

    def __sub__(self, other):
        print("  sub", self, other)
        self = other = None
        return NotImplemented

    def __pow__(self, other):
        return ("pow", other)

    def __neg__(self):
        return "neg"

    def __invert__(self):
        yield "invert"


class Right:
    def __repr__(self):
        return "Right"

    def __radd__(self, other):
        print("  radd", self, other)
        return "from the right"

    def __rsub__(self, other):
        print("  rsub", self, other)
        return NotImplemented

    def __rmul__(self, other):
        print("  rmul", self, other)
        return ("times", other)


class Sub(Left):
    def __radd__(self, other):
        print("  radd of Sub", self, other)
        return NotImplemented


class Float(float):
    def __rmul__(self, other):
        return "rmul of Float"


def show(f):
    try:
        print(f())
    except TypeError as e:
        print("TypeError:", e)


def augmented(x, y):
    x += y
    return x


def multiplied(x, y):
    x *= y
    return x


show(lambda: Left(3) + 1)
show(lambda: Left(3) + Right())
show(lambda: Left() + Right())
show(lambda: Left() + Left())
show(lambda: Left() + 1)
show(lambda: Left() + "x")
show(lambda: Left() - Right())
show(lambda: Left() - 2)
show(lambda: 2 - Right())
show(lambda: 2.5 * Right())
show(lambda: 2**80 * Right())
show(lambda: "ab" * Right())
show(lambda: [1] + Right())
show(lambda: Left() + Sub())
show(lambda: Left(4) + Sub())
show(lambda: Sub(5) + Left())
show(lambda: 2.0 * Float(3))
show(lambda: 2 * Float(3))
show(lambda: augmented(Left(6), 1))
show(lambda: augmented(Left(), Right()))
show(lambda: augmented(Left(), 1))
show(lambda: multiplied(Left(), Right()))
show(lambda: multiplied(Left(), 1))
show(lambda: Left() ** 3)
show(lambda: -Left())
show(lambda: next(~Left()))
show(lambda: +Left())


class Fickle:
    def __iadd__(self, other):
        del Fickle.__iadd__
        return NotImplemented

    def __add__(self, other):
        return "add"


class Late:
    def __repr__(self):
        return "Late"

    def __add__(self, other):
        Late.__iadd__ = lambda self, other: "iadd"
        return NotImplemented


show(lambda: augmented(Fickle(), Right()))
show(lambda: augmented(Late(), Right()))


class Counting:
    def __init__(self, n):
        self.n = n

    def __add__(self, other):
        if self.n == 0:
            return sys._getframe().f_back.f_code.co_name
        return Counting(self.n - 1) + other


print(Counting(0) + 1, Counting(30) + 1)


class Endless:
    def __add__(self, other):
        return self + other


try:
    Endless() + 1
except RecursionError as e:
    print(e)


class Failing:
    def __and__(self, other):
        raise ValueError("no")


try:
    Failing() & 1
except ValueError as e:
    t = e.__traceback__
    while t:
        print(t.tb_frame.f_code.co_name, t.tb_lineno)
        t = t.tb_next
