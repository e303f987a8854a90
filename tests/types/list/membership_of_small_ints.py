# `in` for lists and tuples of small ints, and for those of other things that equal them.


class Equal:
    def __eq__(self, other):
        print("asked for", other)
        return other == 2


ints = [1, 2, 3]
print(2 in ints, 4 in ints, 4 not in ints, 0 in [], 1 in (3, 1), 5 in (3, 1))
print(True in ints, 2.0 in ints, 2 in [1.0, 2.0], 1 in [True], 0 in [False], 1 in [None, "1"])
print(2 in [1, Equal()], 3 in [1, Equal(), 3], 2**70 in [1, 2**70], 1 in [2**70, 1])
if 2 not in [1, Equal()]:
    print("missing")
if 2 in [1, 2, Equal()]:
    print("there")
