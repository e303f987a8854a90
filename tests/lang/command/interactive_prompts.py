import subprocess
import sys

ran = subprocess.run([sys.executable, "-i", "-q"], input="1 + 1\nfor i in (1, 2):\n    print(i)\n\n",
                     capture_output=True, text=True)
print(repr(ran.stdout), ran.stderr.count(">>> "), ran.stderr.count("... "))
ran = subprocess.run([sys.executable, "-i", "-q"],
                     input="from __future__ import barry_as_FLUFL\n2 <> 3\n",
                     capture_output=True, text=True)
print(repr(ran.stdout), "Error" in ran.stderr)
