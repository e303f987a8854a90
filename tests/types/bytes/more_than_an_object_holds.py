# A size that no object can have is no matter of memory.
for n in 2**63 - 1, 2**63 - 33, 2**63 - 40, 2**63:
    try:
        bytes(n)
    except (MemoryError, OverflowError) as e:
        print(repr(e))
