print([print(1), print(2)][0], print(3))
def f(x):
    print("f", x)
    return x
f(1) + f(2) * f(3)
f(1) if f(0) else f(2)
{f("a"): f("b"), **{f("c"): 1}}
f(5)[f(1):] if False else None
