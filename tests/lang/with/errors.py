class NoExit:
    def __enter__(self): pass
class Failing:
    def __enter__(self): raise ValueError("enter")
    def __exit__(self, *a): print("never")
for manager in (5, NoExit(), Failing()):
    try:
        with manager:
            print("never")
    except (TypeError, ValueError) as e:
        print(e)
class BadBool:
    def __bool__(self): raise KeyError("bool")
class M:
    def __enter__(self): pass
    def __exit__(self, *a): return BadBool()
try:
    with M():
        1 / 0
except KeyError as e:
    print(repr(e), repr(e.__context__))
