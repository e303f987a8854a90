from __future__ import annotations
def f(a: undefined + 1, *, b: "quoted" = 1) -> lambda x: x: pass
class C:
    x: some[thing, 1:2]
print(f.__annotations__, C.__annotations__)
