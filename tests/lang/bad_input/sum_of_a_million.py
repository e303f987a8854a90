"""1+1+... of a million terms gives its sum or an error."""
source = "+".join(["1"] * 1_000_000)
try:
    print(eval(source) == 1_000_000)
except (MemoryError, RecursionError):
    print(True)
