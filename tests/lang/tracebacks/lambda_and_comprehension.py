# exit: 1
f = lambda x: [1 / y for y in x]
print(f([1]))
f([1, 0])
