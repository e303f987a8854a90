import struct
print(struct.pack("<iHb", 1, 2, -3), struct.unpack(">I", b"\x00\x00\x01\x00"), struct.calcsize("iqb"), struct.pack("5s3p", b"abc", b"xyz"), struct.unpack("<d", struct.pack("<d", 1.5)), struct.pack("?e", True, 1.5), list(struct.iter_unpack("<H", b"\x01\x00\x02\x00")))
for f in (lambda: struct.pack("B", 256), lambda: struct.pack("i", "a"), lambda: struct.unpack("i", b"a"), lambda: struct.pack("z", 1), lambda: struct.pack("ii", 1)):
    try:
        f()
    except struct.error as e:
        print(e)
