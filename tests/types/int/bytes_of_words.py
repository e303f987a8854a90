# to_bytes and from_bytes around the sizes of machine words.
for n in [0, 1, 127, 128, 255, 256, 2**31, 2**62, 2**63 - 1, 2**63, 2**64 - 1, 2**64, -1, -128, -129, -(2**31), -(2**63)]:
    for length in [0, 1, 2, 3, 7, 8, 9]:
        for order in ["little", "big"]:
            for signed in [False, True]:
                try:
                    data = n.to_bytes(length, order, signed=signed)
                except OverflowError as e:
                    if order == "big":
                        continue
                    print(n, length, signed, e)
                else:
                    assert int.from_bytes(data, order, signed=signed) == n, (n, data)
                    assert int.from_bytes(bytearray(data), order, signed=signed) == n
                    assert int.from_bytes(list(data), order, signed=signed) == n
                    assert len(data) == length
print(int.from_bytes(b""), int.from_bytes(b"", signed=True), (5).to_bytes(), (0).to_bytes(0))


class Odd(bytes):
    def __bytes__(self):
        return b"\x02"


print(int.from_bytes(Odd(b"\x01")), int.from_bytes(b"\x80", signed=True), int.from_bytes(b"\xff" * 8, "little"))
