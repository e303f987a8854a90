# `f(*items)` takes what the list holds when the call begins.
items = [3, 1, 2]


class Shrinking:
    def __lt__(self, other):
        items.clear()
        return False

    def __gt__(self, other):
        items.clear()
        return True


def remember(*args):
    items.append("later")
    return args


print(remember(*items), items)
print(max(*[1, 5, 3]), min(*[4, 2, 9], key=lambda n: -n))
items[:] = [Shrinking(), Shrinking(), 7]
print(type(max(*items)).__name__, items)
print(remember(*[]), remember(*[1] * 10))
print("{}-{}".format(*["a", "b"]))
