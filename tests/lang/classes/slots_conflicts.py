def attempt(body):
    try:
        exec(body)
    except (TypeError, ValueError) as e:
        print(type(e).__name__, e)

attempt("class C:\n __slots__ = ('x',)\n x = 1")
attempt("class C:\n __slots__ = (1,)")
attempt("class C:\n __slots__ = ('a b',)")
attempt("class A: __slots__ = ('a',)\nclass B: __slots__ = ('b',)\nclass C(A, B): pass")
attempt("class C(int): __slots__ = ('a',)")
attempt("class C:\n __slots__ = ('__dict__', '__dict__')")
