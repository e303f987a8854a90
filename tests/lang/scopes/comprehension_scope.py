x = "outer"
print([x for x in range(3)], x)
print({x: y for x, y in [(1, 2)]}, x)
class C:
    a = [1, 2]
    b = [i for i in a]
    try:
        c = [i + j for i in a for j in a]
    except NameError as e:
        c = str(e)
print(C.b, C.c, hasattr(C, "i"))
