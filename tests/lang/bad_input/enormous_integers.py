"""Integers that no memory holds: MemoryError."""
import sys

sys.set_int_max_str_digits(0)


def refused(f):
    try:
        f()
    except (MemoryError, OverflowError) as e:
        print(type(e).__name__)
    else:
        print("has it")


refused(lambda: 1 << (1 << 62))
refused(lambda: 1 << (1 << 100))
refused(lambda: (1).to_bytes(1 << 50, "big"))
print(0 << (1 << 100), 1 >> (1 << 100), -1 >> (1 << 100))
