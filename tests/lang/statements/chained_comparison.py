def p(x):
    print(x, end=" ")
    return x
print(p(1) < p(2) < p(3), p(3) < p(2) < p(1), p(1) == p(1) in [p(1)])
print(1 < 2 > 0 != 5 is not None, not 1 < 2)
class Odd:
    def __lt__(self, o): return "truthy"
    def __gt__(self, o): return ""
print(Odd() < 1, repr(Odd() > 1), repr(Odd() < 1 < 2), repr(Odd() > 1 < 2))
