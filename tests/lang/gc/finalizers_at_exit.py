"""What is alive when the program ends is finalized: files get what was written to them, `__del__` runs, a generator's
`finally` clause, too. Standard streams outlast them."""

import os
import subprocess
import sys
import tempfile

CODE = """
import io, sys

class Noisy:
    def __init__(self, name, other=None):
        self.name, self.other = name, other

    def __del__(self):
        print("finalized", self.name)

class Failing:
    def __del__(self):
        raise ValueError("in finalizer")

def generator():
    try:
        yield
    finally:
        print("generator closed")

directory = sys.argv[1]
inner = Noisy("inner")
running = generator()
next(running)
cycle = Noisy("cycle")
cycle.other = cycle
open(directory + "/dropped", "w").write("dropped text")
text = open(directory + "/text", "w")
text.write("text")
binary = open(directory + "/binary", "wb")
binary.write(b"binary")
bound = io.TextIOWrapper(io.BufferedWriter(io.FileIO(directory + "/layers", "w")), encoding="utf-8")
bound.write("layers")
failing = Failing()
sys.exit(3)
"""

with tempfile.TemporaryDirectory() as directory:
    run = subprocess.run([sys.executable, "-c", CODE, directory], capture_output=True, text=True)
    print(run.returncode, sorted(run.stdout.splitlines()))
    print(*[line.split(" at 0x")[0] for line in run.stderr.splitlines() if not line.startswith("  ")], sep="\n")
    for name in sorted(os.listdir(directory)):
        with open(os.path.join(directory, name)) as file:
            print(name, repr(file.read()))
