# A pattern that would have to be evaluated is none, wherever it stands.
for pattern in "f'{x}'", "P(f'')", "P(x=f'a')", "{f'a': 1}", "{'a' t'b': x}", "{'k': f''}", "[f'a', 1]", "{t'': 1, **r}":
    try:
        compile(f"match 1:\n case {pattern}: pass", "<string>", "exec")
    except SyntaxError as e:
        print(pattern, e.args)
