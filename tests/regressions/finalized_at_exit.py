# What is alive at the end is finalized: __del__ runs, generators are closed, files get their text.
import os
import subprocess
import sys
import tempfile

CHILD = """
import sys

class A:
    def __init__(self, n):
        self.n = n

    def __del__(self):
        print("del", self.n)

def generator():
    try:
        yield
    finally:
        print("closed")

a = A(1)
file = open(sys.argv[1], "w")
file.write("never closed")
g = generator()
next(g)
b = A(2)
print("end")
"""

with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "text")
    result = subprocess.run([sys.executable, "-c", CHILD, path], capture_output=True, text=True)
    print(sorted(result.stdout.splitlines()), result.stderr, result.returncode)
    with open(path) as file:
        print(file.read())
