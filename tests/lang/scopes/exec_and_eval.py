ns = {"a": 2}
exec("b = a * 3\ndef f(): return b + a", ns)
print(ns["b"], ns["f"](), eval("a + b", ns), eval("x", {}, {"x": 7}))
loc = {}
exec("y = 1\nz = [y for _ in range(2)]", {}, loc)
print(loc)
code = compile("1 + 1", "name", "eval")
print(eval(code), code.co_filename)
try:
    eval("1 +")
except SyntaxError as e:
    print(e.msg, e.lineno, e.offset, e.text)
