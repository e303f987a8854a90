# Ints that are no items, and NaN among the items.
import array
import struct

NUMBERS = (2**8, 2**16, 2**32, 2**63, 2**64, 2**127, -1, -(2**15) - 1, -(2**31) - 1, -(2**63) - 1)
for code in "bBhHiIlLqQ":
    for n in NUMBERS:
        try:
            array.array(code, [n])
        except OverflowError as e:
            print(code, n, e)
for n in NUMBERS:
    try:
        struct.pack("P", n)
    except struct.error as e:
        print("P", n, e)

nan = float("nan")
for code in "fd":
    a, b = array.array(code, [nan]), array.array(code, [nan])
    print(a == a, a != a, a == b, a < b, a <= b, a > b, a >= b)
    a, b = array.array(code, [1, nan, 2]), array.array(code, [1, nan, 3])
    print(a == b, a < b, a <= b, a > b, a >= b)
    a, b = array.array(code, [1, 2]), array.array(code, [1, 2, nan])
    print(a == b, a < b, a <= b, a > b, a >= b)
