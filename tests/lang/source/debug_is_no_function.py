# `__debug__` is a constant where the compiler warns of what cannot work.
import warnings

for source in "__debug__(1)", "__debug__[1]", "[1][__debug__]", "__debug__.x", "def f(): return __debug__ (x)":
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        compile(source, "source", "exec")
    print(source, [str(w.message) for w in caught])
