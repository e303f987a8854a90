print(True + True, True & False, True | 2, True ^ True, ~False, -True, True / 2, not True, bool("False"), bool([]))
print(repr(True), str(False), int(True), [1, 2][True], isinstance(True, int), True.bit_length(), f"{True} {True:d} {True:>6}")
try:
    class B(bool): pass
except TypeError as e:
    print(e)
