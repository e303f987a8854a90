# no-stress: collections in between find the cycles first
"""gc.collect() says how many objects of cycles it found; what needs no collector is not counted."""

import gc


class Node:
    pass


def make(function):
    gc.collect()
    function()
    print(function.__name__, gc.collect())


def nothing():
    x = [[1], (2, [3]), {"a": [4]}]
    x.append("text")


def list_of_itself():
    x = []
    x.append(x)


def two_lists():
    x = []
    y = [x]
    x.append(y)


def instance():
    n = Node()
    n.self = n


def held_by_a_cycle():
    x = [[], [], ()]
    x.append(x)


def holding_a_cycle():
    x = []
    x.append(x)
    y = [x]
    z = [y]


def twice():
    for _ in range(10):
        x = {}
        x["x"] = x


for function in nothing, list_of_itself, two_lists, instance, held_by_a_cycle, holding_a_cycle, twice:
    make(function)
print(gc.collect())
