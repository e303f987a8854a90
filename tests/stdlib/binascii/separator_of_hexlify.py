# The separator may be any character of Latin-1.
import binascii

for sep in "-", "é", b"\xe9", "日", "ab", "", "日本", bytearray(b"a"), 1:
    try:
        print(binascii.hexlify(b"ABC", sep))
    except (TypeError, ValueError) as e:
        print(e)
