import sys
for statement in ("import nothing_here", "import _package.nothing", "from _package import nothing",
                  "import _package.value", "from . import x", "from _star import zzz"):
    try:
        exec(statement, {"__name__": "__main__"})
    except ImportError as e:
        print(type(e).__name__, str(e).split(" (/")[0], e.name)
try:
    import _failing
except ValueError as e:
    print(e, "_failing" in sys.modules)
