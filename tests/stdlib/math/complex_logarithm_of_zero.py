# The logarithm of zero to a base is infinite; the base's own has to exist.
import cmath

for z in 0, -0.0, complex(0, -0.0):
    for base in 2.5, -1 - 0.5j, complex("nan+infj"), 0.5, 1, 0:
        try:
            print(cmath.log(z, base))
        except ValueError as e:
            print(e)
