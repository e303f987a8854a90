# exit: 1
sorted([3, "a", 2], key=lambda x: x)
