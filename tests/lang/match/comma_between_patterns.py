# Patterns of a sequence have commas between them.
PATTERNS = [
    "[a 1]", "[*a 1]", "[1 2]", "[a, b c]", "['a' 'b']", "['a' b]", "[(a) b]", "[A() b]", "[{} b]",
    "[None a]", "[a as b c]", "[_ 1]", "[a None]", "[1+1j 2]", "(a b,)", "[match 1]", "[f'a' 1]",
    "[1 {}]", "[a, 1,]", "(a)", "[a] if b", "A(b c)",
]
for pattern in PATTERNS:
    try:
        compile(f"match x:\n  case {pattern}: pass", "source", "exec")
        print(pattern, "is right")
    except SyntaxError as e:
        print(pattern, e.args)
