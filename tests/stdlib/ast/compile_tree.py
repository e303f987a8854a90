# Trees compile; wrong ones are refused.
import ast

tree = ast.parse("def f(n):\n    return [i * n for i in range(3)]\nprint(f(2), f'{n!r:>4}|')")
namespace = {"n": 5}
exec(compile(tree, "tree", "exec"), namespace)
print(namespace["f"].__code__.co_firstlineno)
big = ast.Expression(ast.Tuple([ast.Constant(v) for v in (-(2**80), 1.5, 2j, "\ud800\\{", b"\x00\"\\", (1, "a"), None, ...)], ast.Load()))
print(ascii(eval(compile(ast.fix_missing_locations(big), "tree", "eval"))))


def refuse(node, mode="exec"):
    try:
        compile(ast.fix_missing_locations(node), "tree", mode)
    except (TypeError, ValueError) as error:
        print(type(error).__name__, error)


def module(*body):
    return ast.Module(list(body), [])


refuse(ast.Expression(ast.Name("x", ast.Store())), "eval")
refuse(module(ast.Delete([])))
refuse(module(ast.Expr(ast.Name("True"))))
refuse(module(ast.If(ast.Name("a"), [], [])))
refuse(module(ast.Expr(ast.Constant([]))))
refuse(module(ast.Expr(None)))
refuse(module(ast.Pass(lineno=3, end_lineno=2)))
refuse(module(ast.ImportFrom("a", [ast.alias("x")], -1)))
refuse(module(ast.Raise(None, ast.Name("x"))))
refuse(module(ast.AugAssign(ast.Name("x", ast.Store()), ast.And(), ast.Name("x"))))
refuse(ast.Name("x"))
print(ast.unparse(tree))
print(ast.literal_eval("{'a': [1, -2.5, (None, True)], b'x': {1, 2}}"))
