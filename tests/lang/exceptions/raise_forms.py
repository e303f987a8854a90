for value in ("str", 5, int, None):
    try:
        raise value
    except TypeError as e:
        print(e)
try:
    raise
except RuntimeError as e:
    print(e)
try:
    raise ValueError from 5
except TypeError as e:
    print(e)
class Bad(Exception):
    def __new__(cls): return 5
try:
    raise Bad
except TypeError as e:
    print(e)
