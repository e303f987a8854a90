def counter():
    n = 0
    def inc(by=1):
        nonlocal n
        n += by
        return n
    def get():
        return n
    return inc, get

inc, get = counter()
inc(); inc(5)
print(get(), counter()[1]())
print(inc.__code__.co_freevars, inc.__closure__[0].cell_contents)
