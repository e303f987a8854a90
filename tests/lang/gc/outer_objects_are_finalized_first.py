# An object is finalized before what it refers to, however they were made.
import gc

order = []


class Node:
    def __init__(self, name, *parts):
        self.name = name
        self.parts = list(parts)

    def __del__(self):
        order.append(self.name)


def show(what, expected):
    # A stray word of the native stack may keep one of them for a while.
    for _ in range(100):
        gc.collect()
        if len(order) == expected:
            break
    print(what, order)
    order.clear()


chain = None
for i in range(8):
    chain = Node(i, chain)
del chain
show('chain', 8)

inner = Node('inner')
outer = Node('outer', {'key': (inner,)})
del inner, outer
show('through containers', 2)

# The outer object is the older one.
outer = Node('older outer')
outer.parts.append(Node('younger inner'))
del outer
show('older outside', 2)

leaf = Node('leaf')
left, right = Node('left', leaf), Node('right', leaf)
top = Node('top', left)
top.parts.append(right)
del leaf, left, right, top
for _ in range(100):
    gc.collect()
    if len(order) == 4:
        break
print(order[0], sorted(order[1:3]), order[3])
order.clear()

# A buffer still finds its file open.
import io
import os
import tempfile

path = tempfile.mktemp()
stream = open(path, 'w')
stream.write('written at last')
import warnings
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter('always')
    del stream
    gc.collect()
print([str(w.message).replace(path, 'PATH') for w in caught])
print(open(path).read())
os.unlink(path)
