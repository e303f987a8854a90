def f():
    for i in range(10):
        for j in range(10):
            if i * j == 42:
                return i, j
    return None

def nothing(): pass
def bare(): return

print(f(), nothing(), bare())
