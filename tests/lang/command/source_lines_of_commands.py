# Which lines tracebacks and warnings show of a program given with -c or on standard input.
import subprocess
import sys

PROGRAM = "import warnings\nwarnings.warn('w')\ndef f():\n    1/0 + 2\nf()\n"


def run(*options, **kwargs):
    done = subprocess.run([sys.executable, *options], capture_output=True, text=True, **kwargs)
    print(done.stdout + done.stderr)


run("-c", PROGRAM)
run(input=PROGRAM)
run("-X", "no_debug_ranges", "-c", PROGRAM)
run("-c", "import traceback\ntry: 1/0\nexcept Exception: traceback.print_exc()")
run("-X", "no_debug_ranges", "-c", "print(set((lambda: 1/0).__code__.co_positions()))")
run("-c", "import linecache; print([linecache.getline('<string>', 1)])")
