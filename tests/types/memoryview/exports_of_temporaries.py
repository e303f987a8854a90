# no-stress: which words a collection meets on the native stack depends on when it comes
"""A view that nothing refers to any more does not keep its exporter from changing size; one in use does."""

import array
import io


def shrink(buffer, grow):
    for _ in range(5):
        bytes(memoryview(buffer)[:3])
        grow(buffer)
    return buffer


print(shrink(bytearray(b"0123456789"), lambda b: b.append(33)))
print(shrink(bytearray(b"0123456789"), lambda b: b.__delitem__(slice(1))))
print(shrink(array.array("b", b"0123456789"), lambda b: b.append(33)))


def memory_stream():
    stream = io.BytesIO(b"abcd")
    with stream.getbuffer()[1:] as target:
        stream.readinto(target)
    stream.write(b"more than there was")
    return stream.getvalue()


print(memory_stream())


def refused(buffer, change):
    view = memoryview(buffer)[:3]
    try:
        change(buffer)
    except BufferError as e:
        print(type(buffer).__name__, e)
    view.release()
    change(buffer)
    print(len(buffer))


refused(bytearray(b"0123456789"), lambda b: b.append(33))
refused(array.array("b", b"0123456789"), lambda b: b.append(33))

stream = io.BytesIO(b"abcd")
view = stream.getbuffer()
for change in (lambda: stream.write(b"longer"), stream.close, lambda: stream.truncate(0)):
    try:
        change()
    except BufferError as e:
        print(e)
view.release()
stream.close()

# A view of an object that holds it itself.
holder = bytearray(b"abc")
views = [memoryview(holder)]
try:
    holder.extend(b"def")
except BufferError as e:
    print(e)
views.clear()
holder.extend(b"def")
print(holder)

# Released views keep nothing.
first = memoryview(holder)
second = first[1:]
second.release()
del first
holder.append(33)
print(holder)
