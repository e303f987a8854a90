"""Deques, ordered dicts and default dicts whose items change them while they are used."""

import array
from collections import OrderedDict, defaultdict, deque


def show(use):
    try:
        print(use())
    except Exception as e:
        print(repr(e))


class Raises:
    def __eq__(self, other):
        raise RuntimeError("compared")


class Clears:
    def __init__(self, target, answer):
        self.target, self.answer = target, answer

    def __eq__(self, other):
        self.target.clear()
        return self.answer


d = deque(["a", Raises(), "c"])
show(lambda: d.remove("c"))
print(len(d))
for answer in (True, False):
    d = deque(["ab"])
    d.extend([Clears(d, answer), "c"])
    show(lambda: d.remove("c"))
    d = deque(["ab"])
    d.extend([Clears(d, answer), "c"])
    show(lambda: d.index("c"))

d = deque()
it = iter(d)
d.append(1)
show(lambda: next(it))
d = deque([1])
it = iter(d)
print(list(it))
d.append(2)
show(lambda: next(it))


class Deque(deque):
    pass


print(Deque("abc", maxlen=2**63 - 1).copy().maxlen)


def factory():
    calls.append(None)
    mine = len(calls)
    if mine == 1:
        table["key"]
    return mine


calls = []
table = defaultdict(factory)
print(table["key"], len(calls), dict(table))


class Key:
    def __init__(self, effect):
        self.effect = effect

    def __hash__(self):
        return 1

    def __eq__(self, other):
        self.effect()
        return True


count = 0


def on_second(effect):
    def run():
        global count
        count += 1
        if count == 2:
            effect()
    return run


def compare(effect):
    global count, left
    count = 0
    left = OrderedDict([(0, 1), (Key(on_second(effect)), 2), (4.2, 3)])
    right = OrderedDict([(0, 1), (Key(lambda: None), 2), (4.2, 3)])
    return left == right


show(lambda: compare(lambda: None))
show(lambda: compare(lambda: left.clear()))
show(lambda: compare(lambda: left.pop(4.2)))


class Reading(OrderedDict):
    def __getitem__(self, key):
        od.clear()
        return "v"


od = Reading([(1, 1), (2, 2)])
show(lambda: od.copy())


class Missing(OrderedDict):
    def __missing__(self, key):
        return 0

    def __getitem__(self, key):
        print("get", key)
        return super().__getitem__(key)

    def __delitem__(self, key):
        print("del", key)
        super().__delitem__(key)


m = Missing(a=1)
show(lambda: m.pop("b", 5))
show(lambda: m.pop("a"))
show(lambda: m.pop("a"))

nan = array.array("d", [float("nan")])
print(nan == nan, nan != nan, nan < nan, array.array("d", [1.5]) == array.array("f", [1.5]))


class ClearsList:
    def __init__(self, name):
        self.name = name

    def __eq__(self, other):
        lists[self.name].clear()
        return NotImplemented


lists = {}
lists["a"], lists["b"] = [ClearsList("b")], [ClearsList("a")]
print(lists["a"] == lists["b"])
lists["a"] = [ClearsList("a")]
print(lists["a"] == [1])
