# A component may be larger than a machine integer as long as the sum is no longer than a duration may be.
from datetime import timedelta

for us in 2**64, -(2**64), 2**80, 10**40:
    try:
        print(timedelta(1, 1, us))
    except OverflowError as e:
        print(type(e).__name__)
