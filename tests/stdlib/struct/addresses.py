# An address may be any object with __index__.
import struct


class Index:
    def __index__(self):
        return 2


print(struct.pack("P", Index()), struct.pack("P", -1))
for value in 1.0, "a", 2**64:
    try:
        struct.pack("P", value)
    except struct.error as e:
        print(e)
