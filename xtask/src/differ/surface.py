"""Prints the types of surface.txt and their attributes: `name: method ... .data ...`.

usage: surface.py PRELUDE VALUES LIBRARY
"""

import builtins
import sys
import warnings

warnings.simplefilter("ignore")
prelude_path, values_path, library_path = sys.argv[1:]
# Those whose functions are used too.
MODULES = "binascii", "bisect", "cmath", "heapq", "math", "operator", "struct", "unicodedata"
namespace = {}
with open(prelude_path, encoding="utf-8") as file:
    exec(file.read(), namespace)


def types_of(path):
    """Types by the kinds of values that have their names."""
    found = {}
    kind = None
    with open(path, encoding="utf-8") as file:
        for line in file:
            if line.startswith("== "):
                kind = line[3:].rstrip("\n")
            elif kind and kind not in found:
                type_ = type(eval(line, namespace))
                if type_.__name__ == kind:
                    found[kind] = type_
    return found


def print_types(found):
    for kind, type_ in sorted(found.items()):
        words = []
        for name in sorted(vars(type_)):
            value = getattr(type_, name, None)
            words.append(name if callable(value) or name == "__hash__" else "." + name)
        print(f"{kind}: {' '.join(words)}")


print_types(types_of(values_path))
functions = [n for n in sorted(dir(builtins)) if callable(getattr(builtins, n))
             and not isinstance(getattr(builtins, n), type) and n[0] != "_"]
types = [n for n in sorted(dir(builtins)) if isinstance(getattr(builtins, n), type) and n[0] != "_"]
print("builtins:", *functions, *types)

print("# The library.")
print_types(types_of(library_path))
for module in MODULES:
    content = vars(namespace[module])
    print(f"{module}:", *sorted(n for n in content if n[0] != "_" and callable(content[n])))
