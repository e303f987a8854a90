# `any(...)` over a generator expression calls what the name stands for now.
import builtins

original = builtins.any, builtins.all
builtins.any = lambda it: ("my any", list(it))
builtins.all = lambda it: ("my all", list(it))


def f():
    return any(x > 1 for x in (1, 2, 3)), all(x > 1 for x in (1, 2, 3))


print(f())
builtins.any, builtins.all = original
print(f())
