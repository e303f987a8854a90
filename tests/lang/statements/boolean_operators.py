def p(x):
    print(repr(x), end=" ")
    return x
print(p(0) or p("") or p([]), p(1) and p(2) and p(3), p(0) and p(1) or p(2))
print(not p([]), p(1) if p(0) else p(2))
class B:
    def __bool__(self): return 5
try:
    not B()
except TypeError as e:
    print(e)
class L:
    def __len__(self): return 0
    def __repr__(self): return 'L'
print(bool(L()), [] or L() and 1 and "x" is None)
