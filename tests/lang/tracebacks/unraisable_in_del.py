import gc
class C:
    def __repr__(self): return "<C>"
    def __hash__(self): return 1
import sys
sys.unraisablehook = lambda u: print(type(u.exc_value).__name__, u.exc_value)
class D:
    def __del__(self): raise ValueError("in del")
d = D()
del d
gc.collect()
