# Node classes: constructors, defaults, repr, replacement, documentation.
import _ast as ast

print(ast.BinOp.__doc__)
print(ast.expr_context.__doc__)
print(ast.stmt._attributes, ast.arguments._fields, ast.Dict._field_types)
print(ast.List([1, 2, 3]), ast.Name("a"), ast.Constant("x"))
print(ast.FunctionDef("f", ast.arguments(), lineno=3).body)
name = ast.Name("x", ast.Load(), lineno=1)
print(name.__reduce__(), name.__replace__(id="y"))
for call in (
    lambda: ast.Name(1, 2, 3),
    lambda: ast.BinOp(1, left=2),
    lambda: ast.AST(1),
    lambda: name.__replace__(foo=1),
):
    try:
        print(call())
    except TypeError as error:
        print(error)
