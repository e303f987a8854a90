# exit: 1
try:
    {}["key"]
except KeyError:
    raise ValueError("clean") from None
