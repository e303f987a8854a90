# flags: -O
assert False, "not evaluated"
print(__debug__)
