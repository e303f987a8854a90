import sys
# `f_lineno` of frames that an exception has left.
def other_clause():
    try:
        1/0
    except TypeError as e:
        pass
def in_clause():
    try:
        1/0
    except Exception as e:
        1/0
        pass
class Noop:
    def __enter__(self): pass
    def __exit__(self, *args): pass
def in_with():
    with Noop():
        1/0
        pass
def in_finally():
    try:
        1/0
    finally:
        x = 1
for f in other_clause, in_clause, in_with, in_finally:
    try:
        f()
    except Exception as e:
        frame = e.__traceback__.tb_next.tb_frame
        print(f.__name__, frame.f_lineno - frame.f_code.co_firstlineno)
