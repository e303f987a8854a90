# A keyword that is repeated is found before the called object is looked at.
import warnings

for source in "'s'(a=1, a=2)", "'s'(b(a=1, a=2))", "x.y(1 is 2, a=1, a=2)":
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            compile(source, "", "eval")
        except SyntaxError as e:
            print(source, e.msg, [str(w.message) for w in caught])
