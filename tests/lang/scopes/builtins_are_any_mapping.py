import types


class Noisy(dict):
    def __getitem__(self, key):
        print("looked up", key)
        return super().__getitem__(key)


class Frozen(dict):
    def __setitem__(self, key, value):
        raise ValueError(f"cannot set {key}")


def attempt(source, builtins, mode="exec", **names):
    namespace = {"__builtins__": builtins, **names}
    try:
        print((eval if mode == "eval" else exec)(compile(source, "<test>", mode), namespace))
    except Exception as e:
        print(type(e).__name__, e)


attempt("x", types.MappingProxyType({"x": 1}), "eval")
attempt("x", types.MappingProxyType({}), "eval")
attempt("x", 123, "eval")
attempt("x", Noisy(x=2), "eval")
attempt("import a.b", types.MappingProxyType({}))
attempt("import a.b", {"__import__": lambda *args: args[0]})
attempt("class C: pass", {})
attempt("i.__reduce__()", types.MappingProxyType({"iter": "mine"}), "eval", i=iter([1, 2]))
attempt("i.__reduce__()", {}, "eval", i=iter("ab"))
attempt("def f(): pass\ng = type(f)(f.__code__, {})\nprint(g.__builtins__ is f.__builtins__)",
        {"type": type, "print": print})
try:
    exec("x = 1", Frozen())
except ValueError as e:
    print(e)
