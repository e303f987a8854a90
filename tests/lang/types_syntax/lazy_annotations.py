def f(a: undefined, b: int = 1) -> str: pass
try:
    f.__annotations__
except NameError as e:
    print(e)
undefined = "now defined"
print(f.__annotations__)
class C:
    x: int
    y: "str" = 1
    z: list[later]
try:
    C.__annotations__
except NameError as e:
    print(e)
later = int
print(C.__annotations__)
module_level: int = 5
print(__annotate__(1))
