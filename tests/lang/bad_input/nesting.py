"""Sources that nest very deeply, or are very long."""


def outcome(source):
    try:
        compile(source, "m.py", "exec")
    except SyntaxError as e:
        return f"SyntaxError: {e.msg} at {e.lineno}:{e.offset}"
    except (MemoryError, RecursionError) as e:
        # Which of the two, and from which depth on, depends on the native stack.
        return "too deep"
    return "fine"


for left, right in ("()", "[]", "{}", ("{1:", "}"), ("f(", ")"), ("x[", "]")):
    for n in (100, 199, 201, 10_000, 100_000):
        print(left, right, n, outcome(f"y = {left * n}1{right * n}\n")[:60])

for n in (5, 150):
    print(n, outcome("".join(" " * i + "if 1:\n" for i in range(n)) + " " * n + "pass\n"))
print(outcome("x = " + "-" * 100_000 + "1\n"))
print(outcome("x = " + "lambda:" * 100_000 + "1\n"))
print(outcome("x = " + "1 if 1 else " * 100_000 + "1\n"))
print(outcome("x = " + "1**" * 100_000 + "1\n"))
print(outcome("match 1:\n case " + "(" * 5000 + "1" + ")" * 5000 + ": pass\n"))
print(outcome("x = " + "a" * 1_000_000 + "\n"))
print(outcome("x = '" + "a" * 1_000_000 + "'\n"))
print(outcome("x = " + "1" * 5000 + "\n"))
print(outcome("x = 0x" + "f" * 100_000 + "\n"))
print(outcome("x = 1." + "3" * 100_000 + "\n"))
print(outcome("x=1;" * 20_000 + "\n"))
