from .. import value
name = __name__
def helper():
    return "helper " + value
