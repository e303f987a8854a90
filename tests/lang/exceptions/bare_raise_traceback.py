# `raise` alone adds no entry to the traceback.
import traceback
def show(e):
    print([(f.name,f.lineno) for f in traceback.extract_tb(e.__traceback__)])
def f():
    raise
def g():
    try:
        1/0
    except ZeroDivisionError:
        f()
try: g()
except Exception as e: show(e)
def h():
    try:
        1/0
    except ZeroDivisionError:
        raise
try: h()
except Exception as e: show(e)
def k():
    try:
        1/0
    except ZeroDivisionError as e:
        raise e
try: k()
except Exception as e: show(e)
