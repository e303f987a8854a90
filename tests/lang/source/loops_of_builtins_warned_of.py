# Generators for which the compiler makes a loop are compiled twice.
import warnings

for source in "any(1 is x for x in y)", "tuple(x for x in 1 ())", "list(1 is x for x in y)", "set(1 is x for x in y)", "all(any(1 is x for x in y) for y in z)", "any([1 is x for x in y])", "sum(1 is x for x in y)":
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        compile(source, "", "eval")
    print(source, len(caught))
