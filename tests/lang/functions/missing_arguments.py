def two(a, b): pass
def three(a, b, c): pass
def kw(*, a, b, c): pass

for call in (lambda: two(), lambda: two(1), lambda: three(), lambda: three(b=1), lambda: kw(),
             lambda: kw(a=1), lambda: kw(b=1, c=1)):
    try:
        call()
    except TypeError as e:
        print(e)
