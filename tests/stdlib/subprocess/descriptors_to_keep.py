"""Kept descriptors are open in the child, the pipe that reports a failed exec is not."""

import os
import subprocess
import sys
import _posixsubprocess

r, w = os.pipe()
code = "import os, sys; os.write(int(sys.argv[1]), b'kept')"
subprocess.run([sys.executable, "-c", code, str(w)], pass_fds=(w,), check=True)
print(os.read(r, 10))

os.set_inheritable(w, True)
code = "import os, sys\ntry: os.fstat(int(sys.argv[1]))\nexcept OSError as e: print(e)"
subprocess.run([sys.executable, "-c", code, str(w)])

try:
    subprocess.run(["/nonexistent/program"])
except OSError as e:
    print(e)

for fds in [(3, 2), (-1, 2), ("a", 3), (3, 3), (2**40,), [3, 4], (1.5,)]:
    try:
        _posixsubprocess.fork_exec(
            [b"x"], [b"/x"], True, fds, None, None, -1, -1, -1, -1, 1, 2, 3, 4,
            True, True, 0, None, None, None, -1, None)
    except (TypeError, ValueError) as e:
        print(type(e).__name__, e)
