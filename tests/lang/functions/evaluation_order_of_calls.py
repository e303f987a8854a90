def p(x):
    print(x, end=" ")
    return x

class Object:
    def __getattr__(self, name):
        print("." + name, end=" ")
        return lambda *a, **k: None

o = Object()
o.m(p(1), p(2), k=p(3), *[p(4)], **{"z": p(5)})
print()
{p("k1"): p("v1"), p("k2"): p("v2")}
print()
[p(0), p(1)][p(0)]
print()
