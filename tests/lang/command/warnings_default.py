import warnings
warnings.warn("user warning")
warnings.warn("deprecated", DeprecationWarning)
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    warnings.warn("x", FutureWarning)
print(len(caught), caught[0].category.__name__)
