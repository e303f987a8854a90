x = ["a", "b"]
print(f"{", ".join(x)}", f"{f"{f"{1}"}"}", f"{'\n'.join(x)}")
print(f"""{
    1 +  # comment
    2
}""")
print(f"{x[0]:{"*"}^{5}}", rf"\{1}\n", f"\N{BULLET}{1}\x41")
print(f"{'a' if x else 'b'}", f"{x!r:^{10}}", f"{1:}", f"{2!s:}")
