# Without a terminal the prompt goes to standard error, blocks end with an empty line, and tracebacks show
# what was typed.
import subprocess
import sys


def session(typed):
    r = subprocess.run([sys.executable, '-i', '-q'], input=typed.encode(), capture_output=True)
    print(r.stdout.decode())
    print(r.stderr.decode())


session('''1/0
print("x")
def f():
    return [][1]

f()
''')
session('''def f(x):
    y = x
    return y

f(1)
for i in 1, 2:
    print(i)
else:
    print(3)

if 1: print(4)

x = (1 +

2)
x
"""a

b"""
class C:
    def m(self):
        return 1

C
''')
