def p(x):
    print(x, end=" ")
    return x
class L(list):
    def __setitem__(self, i, v): print(f"set {i}={v}", end=" ")
l = L()
l[p(1)], l[p(2)] = p(3), p(4)
print()
l[p("a")] = l[p("b")] = p("value")
print()
x: p("annotation not evaluated in functions") = 1
print()
