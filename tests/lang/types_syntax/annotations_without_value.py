def f():
    x: int
    try:
        x
    except UnboundLocalError as e:
        print(e)
f()
y: int
try:
    y
except NameError as e:
    print(e)
class C:
    a: int
    (b): int = 2
print(hasattr(C, "a"), C.b, C.__annotations__)
l = [0]
l[0]: int = 5
print(l)
