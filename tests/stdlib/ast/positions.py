# Trees have exact positions, columns counting bytes.
import ast

source = '''
@decorator
def f(a, *b: int, c=1, **d) -> "é":
    é = f"x{a!r:>{c}}y{b=}" "tail"
    return (x for x in a if x), g(y async for y in z)
class A[T: int = str](B, k=2):
    x: int; y = -1j
if a: pass
elif b: del c
else: assert d
match p:
    case {"a": 1, **rest} | [1, *_] if x: pass
    case C(1, b=None) as q: pass
t"a{value =}"
'''
print(ast.dump(ast.parse(source), indent=1, include_attributes=True, show_empty=True))
print(ast.dump(ast.parse("(int, *str) -> bool", mode="func_type")))
print(ast.dump(ast.parse("x = 1 # type: int\n# type: ignore[a]\n", type_comments=True)))
