# Behind a nested field of a format specification two braces are one of literal text.
import ast


class Shows:
    def __format__(self, spec):
        return repr(spec)


x, y = Shows(), 1
print(f"{x:{{y}} {{z=}")
print(f"{x:{y}{{>{y + 9}}|")
print(rf"{x:{y}\d {{}|")
print(f"{x:{y}\x41 {{{y}}|")
print(ast.unparse(ast.parse(r'f"{x:{y}{{}"')))
print(ast.dump(ast.parse(r'f"{x:{y} {{\n}"'), indent=1))
for wrong in "f'{x:{y}}}'", "f'{x:{y}{{}}'", "f'{x:{{y} {{}'":
    try:
        compile(wrong, "s", "eval")
    except SyntaxError as e:
        print(e)
