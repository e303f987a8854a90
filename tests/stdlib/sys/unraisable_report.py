# The report of an exception that nobody can handle: no marks below the lines, no causes, no notes.
import atexit
import io
import sys


class Odd(Exception):
    def __str__(self):
        raise ValueError


Odd.__module__ = 3


def fails():
    try:
        1 / 0
    except ZeroDivisionError as e:
        error = ValueError("two\nlines")
        error.add_note("a note")
        raise error from e


def empty():
    raise KeyError


def group():
    raise ExceptionGroup("both", [ValueError(1), TypeError(2)])


def syntax():
    compile("a b", "file", "exec")


def odd():
    raise Odd


def deep(n=6):
    deep(n - 1) if n else fails()


for function in (fails, empty, group, syntax, odd, deep):
    atexit.register(function)
    sys.stderr = io.StringIO()
    atexit._run_exitfuncs()
    text, sys.stderr = sys.stderr.getvalue(), sys.__stderr__
    for line in text.splitlines():
        if "Exception ignored" in line:
            line = line.partition(" at 0x")[0]
        if line.startswith("  File "):
            line = line[line.index(", line") :]
        print(line)
    print("--")
