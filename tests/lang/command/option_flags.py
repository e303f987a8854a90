# flags: -O -B -s -E
import sys
print(sys.flags.optimize, sys.flags.dont_write_bytecode, sys.flags.no_user_site, sys.flags.ignore_environment)
