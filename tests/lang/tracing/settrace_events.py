import sys
out=[]
def tracer(f,e,a):
    # A collection may call back what others registered.
    if f.f_code.co_filename != __file__: return None
    out.append((f.f_code.co_name,f.f_lineno-f.f_code.co_firstlineno,e,a if not isinstance(a,tuple) else a[0].__name__))
    return tracer
def run(fn):
    out.clear()
    sys.settrace(tracer)
    try: fn()
    except Exception as e: pass
    sys.settrace(None)
    print(fn.__name__); print('   ',*[(o[0][:6],)+o[1:] for o in out],sep='\n    ')
def gen():
    x = yield 1
    y = 2
    yield y
def f1():
    for i in gen():
        pass
    try:
        z = 1
    finally:
        z = 2
def f2():
    i = 0
    while i < 2: i += 1
    while True:
        if i > 3:
            break
        else:
            i += 1
def f3():
    [x for x in range(3)]
    try:
        1/0
    except ZeroDivisionError:
        pass
class Manager:
    def __enter__(self):
        return 1
    def __exit__(self, *exc):
        return True
def f4():
    with Manager() as f:
        raise KeyError
    return (1,
       len("a"),
       3)
def f5():
    def inner():
        raise KeyError
    try:
        inner()
    except KeyError as e:
        x = e
def f6():
    g = gen()
    next(g)
    try: g.throw(ValueError)
    except ValueError: pass
class C:
    def __init__(self): self.a = 1
def f7():
    C()
    len([1]); int('3')
    class D:
        x = 1
    lambda: 1
    (lambda: 2)()
for f in (f1,f2,f3,f4,f5,f6,f7): run(f)
