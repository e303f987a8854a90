import sys
print(sys.exception(), sys.exc_info())
try:
    1 / 0
except ZeroDivisionError:
    print(repr(sys.exception()), sys.exc_info()[0].__name__)
    try:
        [][1]
    except IndexError:
        print(repr(sys.exception()))
    print(repr(sys.exception()))
print(sys.exception())
