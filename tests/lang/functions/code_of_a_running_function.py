# Assigning `__code__` changes the next call, not the frames that run.
import gc


def small():
    pass


class P:
    def __add__(self, o):
        a = b = c = d = e = 1
        return "sum"


def big():
    a, b, c, d, e, f, g, h = 1, 2, 3, 4, 5, 6, 7, 8
    p = P()
    big.__code__ = small.__code__
    gc.collect()
    x = p + 1
    return a, b, c, d, e, f, g, h, x


print(big())
print(big())


def numbers():
    for i in range(3):
        yield i, len([i])


def letters():
    yield "a"


g = numbers()
print(next(g))
numbers.__code__ = letters.__code__
gc.collect()
print(list(g), list(numbers()))


def swapped(n):
    if n:
        swapped.__code__, other.__code__ = other.__code__, swapped.__code__
        return ["swapped", swapped(n - 1)]
    return ["end of swapped"]


def other(n):
    x = [n]
    if n:
        swapped.__code__, other.__code__ = other.__code__, swapped.__code__
        return ["other", x, swapped(n - 1)]
    return ["end of other"]


print(swapped(5))


def failing():
    failing.__code__ = small.__code__
    raise ValueError


try:
    failing()
except ValueError as e:
    t = e.__traceback__.tb_next
    print(t.tb_frame.f_code.co_name, t.tb_frame.f_lineno)
