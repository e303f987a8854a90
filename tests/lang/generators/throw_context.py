def chain(c):
    r=[]
    while c and len(r)<6: r.append(repr(c)); c=c.__context__
    return r
a=Exception("a"); b=Exception("b"); c=Exception("c")
def g():
    try: yield
    except Exception as e: print(chain(e))
    yield
def t(x):
    it=g(); next(it); it.throw(x)
try: raise a
except Exception: t(b); print(chain(b))
b=Exception("b")
b.__context__=c
try: raise a
except Exception: t(b); print(chain(b))
def g2():
    try: raise c
    except Exception:
        try:
            yield
        except Exception as e: print(chain(e))
    yield
def t(x):
    it=g2(); next(it); it.throw(x)
c=Exception("c")
b=Exception("b")
try: raise a
except Exception: t(b); print(chain(b))
b=Exception("b")
t(b); print(chain(b))
b=Exception("b")
b.__context__=d=Exception("d")
t(b); print(chain(b))
