import sys
print(sys.version_info[:2], sys.implementation.name in ("cpython", "krait"), sys.implementation.cache_tag in ("cpython-314", "krait-314"), sys.maxsize, sys.byteorder, sys.maxunicode, sys.getrecursionlimit(), sys.hash_info.modulus, sys.float_info.max, sys.int_info.default_max_str_digits, sys.getdefaultencoding(), sys.platform)
print(sys.intern("x") is sys.intern("x"), sys.getsizeof([]) > 0, type(sys.stdout).__name__, sys.stdout.encoding, sys.flags.optimize, sys.gettrace(), len(sys.version.split()) > 0, sys.hexversion >> 24)
