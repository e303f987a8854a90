# A step beyond all sizes leaves one item.
view = memoryview(b"abcdefgh")
print(bytes(view[1::-2**64]), bytes(view[1::2**64]), view[::2**62].shape)
table = view.cast("B", [2, 4])
print(table[1::-2**64].tolist(), table[::2**64].tolist())
