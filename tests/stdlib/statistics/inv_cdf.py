import statistics
from statistics import NormalDist

print(statistics._normal_dist_inv_cdf.__module__)
d = NormalDist(1, 2)
for p in (0.5, 0.3, 0.07, 0.95, 1e-5, 1 - 1e-9, 1e-20, 5e-324):
    print(f"{d.inv_cdf(p):.12g}")
for args in ((1.0, 0, 1), (0, 0, 1), (-1, 0, 1), ("x", 0, 1)):
    try:
        statistics._normal_dist_inv_cdf(*args)
    except (ValueError, TypeError) as e:
        print(type(e).__name__, e)
