# Native methods called as attributes of their class: receivers are checked, optional arguments filled in.
d = {"a": 1}
get = dict.get
for _ in range(3):
    print(get(d, "a"), get(d, "b"), get(d, "b", 2), dict.get(d, "a"), str.startswith("abc", "b", 1))


class Sub(dict):
    pass


print(get(Sub(x=3), "x"), dict.__getitem__(d, "a"), object.__getattribute__(d, "get")("a"))


def attempt(f, *args):
    try:
        print(f(*args))
    except Exception as e:
        print(type(e).__name__, e)


attempt(get)
attempt(get, [], 1)
attempt(get, d)
attempt(get, d, 1, 2, 3)
attempt(lambda: dict.get())
attempt(lambda: dict.get([], 1))
attempt(lambda: dict.get(d))
attempt(lambda: dict.get(d, 1, 2, 3))
attempt(lambda: list.append([], 1))
attempt(lambda: int.__add__(1, "x"))
attempt(lambda: iter([]).__next__())
attempt(lambda: type(iter([])).__next__(iter([5])))
