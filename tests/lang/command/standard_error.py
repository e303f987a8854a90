import sys
print("to error", file=sys.stderr)
print("to output")
sys.stderr.write("more\n")
