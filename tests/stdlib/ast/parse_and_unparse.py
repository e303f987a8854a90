import ast
tree = ast.parse("def f(x: int, *a, y=1) -> str:\n    return [i ** 2 for i in x if i > 0]\n")
print(ast.dump(tree.body[0].args), ast.unparse(tree), ast.literal_eval("{'a': [1, 2.5, None, (True,)]}"), sep="\n")
class V(ast.NodeVisitor):
    def visit_Name(self, node): print("name", node.id, node.lineno, node.col_offset)
V().visit(tree)
class T(ast.NodeTransformer):
    def visit_Constant(self, node): return ast.copy_location(ast.Constant(node.value + 1), node)
print(eval(compile(ast.fix_missing_locations(T().visit(ast.parse("1 + 2", mode="eval"))), "s", "eval")))
