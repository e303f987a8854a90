e = ImportError("test", name="n", path="p")
e.__init__()
print(e.args, e.msg, e.name, e.path)
class Evil(str):
    def __str__(self):
        error.object = None
        return self
error = UnicodeEncodeError(Evil("utf-8"), "x", 0, 1, "reason")
try:
    str(error)
except TypeError as e:
    print(e)
for source in ('return "ä"', 'ä = 1; break', 'def f(x, x): pass'):
    try:
        compile(source, "<string>", "exec")
    except SyntaxError as e:
        print(e.msg, e.offset, e.end_offset, e.text)
