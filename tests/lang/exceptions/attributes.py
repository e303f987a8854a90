e = ValueError("a", 1)
print(e.args, str(e), repr(e), e.__traceback__)
e.add_note("note 1")
print(e.__notes__)
print(repr(OSError(2, "No such file", "name")), OSError(2, "x").errno, type(OSError(2, "x")).__name__)
print(KeyError("k"), KeyError(), str(KeyError("a", "b")), repr(SystemExit(3)), SystemExit(3).code)
print(StopIteration(5).value, UnicodeDecodeError("utf-8", b"\xff", 0, 1, "bad"))
try:
    {}["missing"]
except KeyError as e:
    print(e, e.args)
print(AttributeError("m", name="n", obj=1).name, ImportError("m", name="n", path="p").path)
