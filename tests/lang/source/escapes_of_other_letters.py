# A backslash before what is not ASCII is no escape that anybody warns of.
import warnings

for source in r"'\é'", r"'\é \d'", r"'\d \é'", r"f'\é{1}\d'", r"'\😀\8'", r"b'\d'":
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        value = eval(source)
    print(ascii(value), [str(w.message)[:5] for w in caught])
