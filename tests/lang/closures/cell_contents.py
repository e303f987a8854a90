def f():
    def g(): return x
    cell = g.__closure__[0]
    try:
        cell.cell_contents
    except ValueError as e:
        print(e)
    x = 1
    print(cell.cell_contents)
    cell.cell_contents = 2
    print(x, g())
    del cell.cell_contents
    try:
        g()
    except NameError as e:
        print(e)

f()
