"""Prints the types of surface.txt and their attributes: `name: method ... .data ...`.

usage: surface.py PRELUDE VALUES
"""

import builtins
import sys
import warnings

warnings.simplefilter("ignore")
prelude_path, values_path = sys.argv[1:]
namespace = {}
with open(prelude_path, encoding="utf-8") as file:
    exec(file.read(), namespace)
with open(values_path, encoding="utf-8") as file:
    lines = [line.rstrip("\n") for line in file]

found = {}
kind = None
for line in lines:
    if line.startswith("== "):
        kind = line[3:]
    elif kind and kind not in found:
        type_ = type(eval(line, namespace))
        if type_.__name__ == kind:
            found[kind] = type_

for kind, type_ in sorted(found.items()):
    words = []
    for name in sorted(vars(type_)):
        value = getattr(type_, name, None)
        words.append(name if callable(value) or name == "__hash__" else "." + name)
    print(f"{kind}: {' '.join(words)}")

functions = [n for n in sorted(dir(builtins)) if callable(getattr(builtins, n))
             and not isinstance(getattr(builtins, n), type) and n[0] != "_"]
types = [n for n in sorted(dir(builtins)) if isinstance(getattr(builtins, n), type) and n[0] != "_"]
print("builtins:", *functions, *types)
