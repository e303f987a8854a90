import array

a = memoryview(array.array("i", [1, 2, -3]))
print(a == memoryview(array.array("q", [1, 2, -3])), a == memoryview(array.array("d", [1, 2, -3])))
print(a == memoryview(b"\1\2"), a[::-1] == memoryview(array.array("i", [-3, 2, 1])))
nested = memoryview(bytes(range(6))).cast("B", (2, 3))
print(nested.tolist(), nested.tobytes("F"), nested.suboffsets, nested == nested.toreadonly())
print(nested[::-1].tobytes())
