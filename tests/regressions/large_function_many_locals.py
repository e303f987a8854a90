source = "def f():\n" + "".join(f"    v{i} = {i}\n" for i in range(3000)) + "    return " + " + ".join(f"v{i}" for i in range(0, 3000, 100))
exec(source)
print(f())
big = "x = [" + ", ".join(str(i) for i in range(20000)) + "]"
exec(big)
print(len(x), x[-1])
print(len(eval("{" + ", ".join(f"{i}: {i}" for i in range(5000)) + "}")))
print((lambda *a: len(a))(*range(5000)), eval("max(" + ", ".join(map(str, range(3000))) + ")"))
