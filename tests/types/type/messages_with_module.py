# Types of C that live in a module go by their full name, classes of programs by their own.
import types


class G(dict):
    def __iter__(self):
        return self


s = types.SimpleNamespace()
for use in [
    lambda: s[1],
    lambda: s(),
    lambda: types.SimpleNamespace[1],
    lambda: types.SimpleNamespace.__new__(int),
    lambda: types.SimpleNamespace.__new__(1),
    lambda: iter(G()),
    lambda: len(s),
    lambda: iter(s),
    lambda: 1 in s,
    lambda: memoryview(b"ab")[...],
    lambda: complex("1__0"),
    lambda: complex("1_0x"),
    lambda: format(1, "z.3d"),
]:
    try:
        print(use())
    except Exception as error:
        print(type(error).__name__, error)
