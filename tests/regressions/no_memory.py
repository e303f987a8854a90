# timeout: 120
# no-stress: the programs fill all memory
"""Where memory ends, MemoryError is raised: never is the process ended."""

import subprocess
import sys

programs = {
    "list of objects": "l = []\nwhile True: l.append([1])",
    "dict of text": "d = {}\ni = 0\nwhile True: d[str(i)] = [i]; i += 1",
    "deque": "from collections import deque\nd = deque()\nwhile True: d.append(object())",
    "native loop": "list(map(str, range(10 ** 9)))",
    "dict from native loop": "dict(zip(map(str, range(10 ** 9)), range(10 ** 9)))",
    "shift": "1 << (1 << 33)",
    "replace": "('a' * (1 << 20)).replace('a', 'b' * (1 << 12))",
    "re.sub": "import re\nre.sub('a', 'b' * (1 << 14), 'a' * (1 << 18))",
    "StringIO": "import io\nb = io.StringIO()\nwhile True: b.write('x' * 1000000)",
    "zlib": "import zlib\nk = []\nc = zlib.compress(bytes(1 << 26))\nwhile True: k.append(zlib.decompress(c))",
    "threads": (
        "import threading\nl = []\n"
        "def f():\n"
        "    try:\n"
        "        while True: l.append([1])\n"
        "    except MemoryError: raised.append(1)\n"
        "raised = []\n"
        "ts = [threading.Thread(target=f) for _ in range(3)]\n"
        "[t.start() for t in ts]\n[t.join() for t in ts]\n"
        "l.clear()\n"
        "if raised: raise MemoryError"
    ),
}
limited = (
    "import resource, sys\n"
    "resource.setrlimit(resource.RLIMIT_AS, (400 << 20, 400 << 20))\n"
    "import os\n"
    "os.execv(sys.executable, [sys.executable, '-c', sys.argv[1]])\n"
)
for name, program in programs.items():
    done = subprocess.run([sys.executable, "-c", limited, program], capture_output=True, text=True)
    print(name, done.returncode)
