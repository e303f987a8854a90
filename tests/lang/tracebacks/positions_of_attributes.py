# An attribute on a line of its own is where its instruction begins.
def positions(source, name):
    code = compile(source, "<test>", "exec")
    return sorted({p for p in code.co_positions() if p[0] == name})


print(positions("(\n lhs  \n   .    \n     rhs      \n       )", 4))
print(positions("(\n lhs\n   .rhs\n   ) = 42", 3))
print(positions("del (\n lhs\n   .rhs\n   )", 3))
print(positions("(\n lhs\n   .rhs\n   ) += 42", 3))
print(positions("x = (lhs\n   .rhs(\n  1))", 2))


def f():
    (o
     .a
     .b)


def g():
    (o.
     m(
         1))


for function in f, g:
    lines = []
    for _, _, line in function.__code__.co_lines():
        if line is not None:
            lines.append(line - function.__code__.co_firstlineno)
    print(lines)
print(next(f.__code__.co_positions()) == (f.__code__.co_firstlineno,) * 2 + (0, 0))
