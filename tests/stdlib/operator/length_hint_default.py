# The default is given back as it is; what cannot be searched is named.
import operator

print(operator.length_hint(5, -2), operator.length_hint([], -2), operator.length_hint(iter([1]), 7))
n = float("nan")
print(operator.countOf(iter([n, n]), n))
for f in operator.countOf, operator.indexOf:
    try:
        f(5, 1)
    except TypeError as e:
        print(e)
