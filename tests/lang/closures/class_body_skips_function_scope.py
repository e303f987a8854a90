x = "global"
def f():
    x = "local"
    class C:
        print(x)
        x = "class"
        print(x)
        def m(self):
            return x
    return C().m()

print(f())
