def f(a):
    b = a + 1
    def g(): return b
    names = locals()
    c = 3
    return names, sorted(locals())

print(f(1)[1], sorted(f(1)[0].keys() - {"g"}))
class C:
    x = 1
    print(sorted(k for k in locals() if not k.startswith("__")))
