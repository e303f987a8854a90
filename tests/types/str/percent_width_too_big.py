# The smallest width has no opposite.
for text in "%*d", b"%*d":
    for values in (-(2**63), 1), (-(2**63),), (-(2**63) - 1, 1):
        try:
            text % values
        except OverflowError as e:
            print(e)
