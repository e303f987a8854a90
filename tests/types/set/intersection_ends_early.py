# Nothing is taken from an iterator once all elements are found.
def items(*values):
    for value in values:
        print("next", value)
        yield value


print({1}.intersection(items(3, 1, 2)))
print({1}.issubset(items(1, 2)))
print({1, 2}.issubset(items(1, 3)))
print({1}.intersection(items(1, 2), items(1, 5)))
print(set().intersection(items(1, 2)))
s = {"a"}
s.intersection_update(items("a", "b"))
print(s)
