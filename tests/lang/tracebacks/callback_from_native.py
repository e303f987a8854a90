# exit: 1
def key(x):
    return x.missing
sorted([1, 2], key=key)
