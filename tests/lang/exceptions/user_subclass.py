class MyError(Exception):
    def __init__(self, code, *args):
        super().__init__(*args)
        self.code = code
    def __str__(self): return f"code {self.code}: {self.args}"
try:
    raise MyError(5, "a", "b")
except MyError as e:
    print(e, repr(e), e.code)
class Empty(Exception): pass
print(str(Empty()), repr(Empty()), repr(Empty(1)), Empty(1, 2))
