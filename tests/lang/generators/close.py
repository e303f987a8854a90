def f():
    try:
        yield 1
        yield 2
    finally:
        print("cleanup")

g = f()
next(g)
print(g.close(), g.close())
def stubborn():
    try:
        yield 1
    except GeneratorExit:
        yield 2
g = stubborn()
next(g)
try:
    g.close()
except RuntimeError as e:
    print(e)
def value():
    try:
        yield
    except GeneratorExit:
        return "returned"
g = value()
next(g)
print(g.close())
