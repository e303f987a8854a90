# Nested code is found once, whatever uses a generator expression up.
def walk(code):
    for c in code.co_consts:
        if isinstance(c, type(code)):
            print(code.co_name, c.co_name)
            walk(c)


def f(y):
    return all(x for x in y), sum(x for x in y), sorted(x for x in y), ', '.join(str(any(z for z in x)) for x in y)


walk(f.__code__)
print(f.__code__.replace(co_consts=f.__code__.co_consts) == f.__code__)
