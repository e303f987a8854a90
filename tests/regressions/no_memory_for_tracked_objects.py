# timeout: 240
# no-stress: the programs fill all memory
"""Where memory ends, so does making weak references and objects with finalizers: with MemoryError."""

import subprocess
import sys

programs = {
    "weak references": (
        "import weakref\nclass A: __slots__ = ('__weakref__',)\n"
        "k = []\nwhile True: a = A(); k.append((a, weakref.ref(a)))"
    ),
    "weak references to one object": (
        "import weakref\nclass A: pass\n"
        "k = []\na = A()\nwhile True: k.append(weakref.ref(a, print))"
    ),
    "finalizers": (
        "class A:\n    def __del__(self): pass\n"
        "k = []\n"
        "while True:\n    a = A()\n    a.k = k\n    k.append(a)"
    ),
    "generators": (
        "def g():\n    try: yield\n    finally: pass\n"
        "k = []\nwhile True: i = g(); next(i); k.append(i)"
    ),
}
limited = (
    "import resource, sys\n"
    "resource.setrlimit(resource.RLIMIT_AS, (256 << 20, 256 << 20))\n"
    "import os\n"
    "os.execv(sys.executable, [sys.executable, '-c', sys.argv[1]])\n"
)
for name, program in programs.items():
    done = subprocess.run([sys.executable, "-c", limited, program], capture_output=True, text=True)
    print(name, done.returncode)
