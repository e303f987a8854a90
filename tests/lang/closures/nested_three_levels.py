def a():
    x = "a"
    def b():
        def c():
            nonlocal x
            x += "c"
            return x
        return c
    return b, lambda: x

b, get = a()
b()()
b()()
print(get())
