# A cached function is its own copy, whatever is asked.
import functools

f = functools.lru_cache(len)
print(f.__copy__(1, 2) is f, f.__deepcopy__() is f)
