import os
import warnings

for name in [".", "..", ".foo", "foo.", ".int", "int.", "/./", "nosuchbuiltin", "no.such"]:
    os.environ["PYTHONBREAKPOINT"] = name
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        breakpoint()
    print([str(w.message) for w in caught])
