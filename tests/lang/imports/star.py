from _star import *
print(a, _b, "c" in globals())
from _star_without_all import *
print(c)
