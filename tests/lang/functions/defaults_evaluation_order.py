def p(x):
    print("eval", x)
    return x

def d(x):
    print("decorator", x)
    def apply(f):
        print("apply", x)
        return f
    return apply

@d(1)
@d(2)
def f(a=p("a"), b=p("b"), *, c=p("c")) -> p("never"):
    return a, b, c

print(f())
