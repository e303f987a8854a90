# exit: 1
def g():
    yield 1
    raise ValueError("in generator")

def h():
    yield from g()

for x in h():
    print(x)
