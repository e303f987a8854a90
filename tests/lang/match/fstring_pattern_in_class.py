# A tree has f-strings as patterns everywhere; the compiler refuses them.
import ast

PATTERNS = [
    "A(f'a')",
    "A.b(1, f'{x!r:>{w}}', y=f'{z}')",
    "{f'a': 1, 'b': t'{q}'}",
    "A(B({f'a': [f'{x:{y}{{}']}))",
    "A('b' f'\\N{BULLET}'\n 'c')",
]
for pattern in PATTERNS:
    source = f"match x:\n  case {pattern}: pass"
    tree = ast.parse(source)
    print(ast.dump(tree.body[0].cases[0].pattern, include_attributes=True))
    print(ast.unparse(tree))
    try:
        compile(source, "s", "exec")
    except SyntaxError as e:
        print(e.args)
