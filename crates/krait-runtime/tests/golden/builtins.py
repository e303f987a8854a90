"""Makes builtins.txt: each line of builtins_cases.txt with what CPython 3.14 gives for it.

Usage: python3.14 builtins.py
"""

import pathlib
import sys
import types
import typing

assert sys.version_info[:2] == (3, 14)
HERE = pathlib.Path(__file__).parent
SCOPE = {
    "__builtins__": __builtins__,
    "GenericAlias": types.GenericAlias,
    "SimpleNamespace": types.SimpleNamespace,
    "Union": typing.Union,
    "NoneType": type(None),
}


def run(line):
    try:
        code = compile(line, "case", "eval")
    except SyntaxError:
        code = compile(line, "case", "exec")
    try:
        return repr(eval(code, SCOPE))
    except BaseException as e:
        return f"{type(e).__name__}: {e}"


lines = (HERE / "builtins_cases.txt").read_text().splitlines()
with open(HERE / "builtins.txt", "w") as out:
    for line in lines:
        if line:
            print(line, run(line), sep="\t", file=out)
