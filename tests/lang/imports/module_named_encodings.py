# Codecs do not come from a file beside the program that has the name of their package.
import os
import subprocess
import sys

program = os.path.join(os.path.dirname(os.path.abspath(__file__)), "_shadow", "program.py")
done = subprocess.run([sys.executable, program], capture_output=True, text=True)
print(done.returncode, done.stdout, done.stderr[-100:])
