def none(): pass
def one(a): pass
def optional(a, b=1): pass
def keyword(a, *, b): pass
class C:
    def method(self, a): pass

for call in (lambda: none(1), lambda: one(1, 2), lambda: optional(1, 2, 3),
             lambda: keyword(1, 2, b=3), lambda: keyword(1, 2), lambda: C().method(1, 2),
             lambda: C.method()):
    try:
        call()
    except TypeError as e:
        print(e)
