# stdin: first line
# stdin: second
import sys
print(input(), sys.stdin.read().split())
try:
    input()
except EOFError as e:
    print(e)
