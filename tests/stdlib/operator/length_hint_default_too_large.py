import operator

try:
    operator.length_hint(object(), 2**64)
except OverflowError as e:
    print(e)
