def f():
    try:
        return 1
    finally:
        print("f")
def g():
    for i in range(3):
        try:
            continue
        finally:
            print("g", i)
    while True:
        try:
            break
        finally:
            print("broke")
def h():
    x = 1
    try:
        return x
    finally:
        x = 2
print(f(), g(), h())
