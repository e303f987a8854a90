# Arrays have an iterator of their own, and a buffer to ask for.
import array
import copy

a = array.array("b", [1, -2, 3])
it = iter(a)
print(type(it), next(it), it.__reduce__()[1:])
it.__setstate__(-5)
print(list(copy.copy(it)), list(it), it.__reduce__()[1:])
it.__setstate__(1)
print(list(it), hasattr(it, "__length_hint__"))
it = iter(a)
it.__setstate__(100)
print(next(it, "end"))
it = iter(a)
a.extend([4, 5])
print(list(it))
try:
    type(it)()
except TypeError as e:
    print(e)
view = a.__buffer__(1)
print(view.tolist(), view.format)
try:
    a.append(1)
except BufferError as e:
    print(e)
a.__release_buffer__(view)
a.append(1)
print(a)
