name, n, pi = "World", 42, 3.14159
print(f"Hello {name}!", f"{n:>5}|{n:<5}|{n:^5}|{n:05}|{n:+}|{n:x}|{n:#b}|{n:,}")
print(f"{pi:.2f} {pi:8.3f} {pi!r:>10} {pi:e} {pi:g} {1e10:,.2f} {0.5:%}")
print(f"{name!r} {name!s} {'é'!a} {name=} {n + 1 = } {name=!s} {n=:>5} {name = !s}")
print(f"{{literal}} {n}}}", f"{'nested ' + f'{n}'}", f"{n:{'>'}{10}}", f"{'a' 'b'}")
print(f"{[x for x in range(3)]} { {'k': 1}['k'] } {(lambda x: x)(1)}", f"{n}" "plain" f"{n}")
