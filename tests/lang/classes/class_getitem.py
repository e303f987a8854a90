class C:
    def __class_getitem__(cls, item): return cls.__name__, item
print(C[1], C[1, "a"])
try:
    int[str]
except TypeError as e:
    print(e)
print(list[int], dict[str, list[int]])
