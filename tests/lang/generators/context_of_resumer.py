import sys
from contextlib import *
def chain(c):
    r=[]
    while c and len(r)<6: r.append(repr(c)); c=c.__context__
    return r
@contextmanager
def g(exc):
    try:
        yield
    finally:
        raise exc
exc1=Exception(1);exc2=Exception(2);exc3=Exception(3); exc4=Exception(4)
class ES:
    def __enter__(s): return s
    def __exit__(s,*a):
        exc=a[1]
        for e in exc2,exc3,exc4:
            cm=g(e)
            next(cm.gen)
            try:
                cm.__exit__(type(exc),exc,exc.__traceback__)
            except BaseException as new:
                print("new", chain(new))
                exc=new
        try:
            f=exc.__context__
            raise exc
        except BaseException:
            print(chain(exc))
            exc.__context__=f
            raise
try:
    with ES():
        raise exc1
except Exception as e:
    print(chain(e))
def gen():
    try: yield
    except Exception as e:
        try:
            raise exc2
        finally:
            print(chain(sys.exception()))
